"""What is said and found in the invented calls, as data."""

from luchang.apps.dispatch.states import FeedbackResult, Grade

MIX: dict[str, float] = {
    "11": 34.0, "12": 7.5, "13": 0.04, "14": 1.6, "15": 4.5, "21": 9.0, "22": 15.0, "23": 5.5,
    "24": 0.12, "31": 1.8, "32": 2.6, "33": 0.9, "34": 1.1, "41": 4.2, "42": 0.02, "51": 3.6,
    "61": 4.0, "71": 1.2, "90": 3.3,
}  # fmt: skip
"""Share of each category [%], as first reported."""

SAID: dict[str, tuple[str, ...]] = {
    "11": ("两车追尾，无人受伤", "倒车时刮擦", "变道碰擦，占一条车道"),
    "12": ("电动车与小车相撞，有人受伤", "摩托车摔倒，腿部受伤", "行人被撞，意识清醒"),
    "13": ("两车相撞，一人没有反应",),
    "14": ("撞车后对方开走了", "撞倒护栏后驶离"),
    "15": ("撞上护栏", "冲进绿化带"),
    "21": ("路口堵死", "几个方向都走不动", "学校门口堵车"),
    "22": ("消防通道被堵", "车停在车库出口", "人行道上停车"),
    "23": ("车抛锚在桥上", "爆胎停在快车道"),
    "24": ("一台车冒烟起火",),
    "31": ("红绿灯不亮", "信号灯一直是红灯"),
    "32": ("路中间掉了一堆货", "树倒在路上"),
    "33": ("路面塌了一个坑", "井盖破损"),
    "34": ("护栏被撞歪", "标志牌掉落"),
    "41": ("老人走在快车道上", "请求带路去医院"),
    "42": ("槽罐车泄漏，有气味",),
    "51": ("咨询车辆年检", "咨询限行规定"),
    "61": ("举报大货车闯禁行", "举报渣土车抛洒"),
    "71": ("投诉处理慢",),
    "90": ("其他交通情况",),
}
FOUND: dict[str, tuple[str, str]] = {
    "11": (FeedbackResult.SIMPLE_PROCEDURE, "按简易程序处理，车辆撤离"),
    "12": (FeedbackResult.GENERAL_PROCEDURE, "伤者送医，转事故处理"),
    "13": (FeedbackResult.GENERAL_PROCEDURE, "现场勘查完毕，转事故处理"),
    "14": (FeedbackResult.GENERAL_PROCEDURE, "调取监控，转事故处理"),
    "15": (FeedbackResult.SIMPLE_PROCEDURE, "现场处理完毕，通知养护"),
    "31": (FeedbackResult.HANDED_OVER, "手动指挥，通知维护单位"),
    "33": (FeedbackResult.HANDED_OVER, "设置警示，通知市政"),
    "34": (FeedbackResult.HANDED_OVER, "设置警示，通知养护"),
    "51": (FeedbackResult.SETTLED, "电话答复"),
    "61": (FeedbackResult.SETTLED, "已登记，转大队核查"),
    "71": (FeedbackResult.SETTLED, "已登记，转督察核实"),
}
ELSE_FOUND = (FeedbackResult.SETTLED, "现场处理完毕，恢复通行")
NOTHING_FOUND = (FeedbackResult.NOT_FOUND, "到场后未发现所报情况")
CORRECTED = {"12": "11", "14": "11", "90": "41", "24": "23", "41": "90", "21": "23"}
"""What some of the reported categories turn out to be."""
BY_TELEPHONE = frozenset({"51", "61", "71"})
"""Settled by the desk without sending anybody."""
ASKED = ("咨询年检", "咨询违法处理", "咨询路况", "查询挪车电话")
CHASED = ("请求尽快到场", "询问民警到哪里了")
GIVEN_BACK = ("正在处理另一起事故", "辖区有误，请改派")
CALLED_OFF = ("当事人自行撤离", "改派较近警力")
UNFOUNDED = ("报警人来电撤销", "误报")
SURNAMES = "赵钱孙李周吴郑王冯陈"

SIGN_S, TRAVEL_S, HANDLE_S = 24.0, 215.0, 1_150.0
"""Medians: order to signature, signature to arrival in the built-up area, arrival to feedback."""
TRAVEL_OF_AREA = {"URBAN": 1.0, "SUBURBAN": 1.7, "RURAL": 2.6}
SEND_S = {Grade.FIRST: 22.0, Grade.SECOND: 30.0, Grade.THIRD: 55.0, Grade.FOURTH: 90.0}
"""Medians from the call to the order."""
