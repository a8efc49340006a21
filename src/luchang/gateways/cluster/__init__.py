"""A Spark cluster that runs the kernels of passages when one machine is not enough.

An extra: `make run EXTRAS=cluster` installs pyspark; Java 17 has to be on the machine.
"""

from luchang.gateways.cluster.client import ClusterAbsent, answer, export, runner_for, session

__all__ = ["ClusterAbsent", "answer", "export", "runner_for", "session"]
