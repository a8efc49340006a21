from luchang.core.common.warm_up import warm_up


def test_it_drives_half_of_the_hundred_metre_road() -> None:
    assert 3.0 < warm_up() < 5.0
