"""Start Spark, as it is set up here or by the name of its master, say in words what it complains of, and stop it again."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from islet.errors import InputError

QUIET = Path(__file__).with_name("spark_conf")


@contextlib.contextmanager
def spark_session(master: str | None = None) -> Iterator[Any]:
    """Give a session of Spark that is stopped at the end.

    `master` names the cluster (None: as Spark is set up). Raises InputError when Spark is not installed, and in the place of every
    error of Spark on the way.
    """
    try:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise InputError(f"{error.name} is not installed", "", 0, "--engine spark", "pip install 'islet[spark]', and Java 17") from None
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("islet cohort").config("spark.ui.showConsoleProgress", str(sys.stderr.isatty()).lower())
    if "SPARK_HOME" not in os.environ:  # Spark came with the package, not with a cluster: keep its own log off the terminal
        os.environ.setdefault("SPARK_CONF_DIR", str(QUIET))
    session = None
    try:
        session = (builder if master is None else builder.master(master)).getOrCreate()
        yield session
    except (PySparkException, Py4JError) as error:
        raise InputError(f"Spark gave up: {_last_words(str(error))}", "", 0, "--engine spark", "nothing was written") from None
    finally:
        if session is not None:
            session.stop()


def _last_words(text: str) -> str:
    """Return the line of an error of Spark that says what went wrong: that of the worker's own exception, where there is one."""
    lines = [line.strip() for line in text.split("JVM stacktrace")[0].splitlines() if line.strip()]
    own = [line for line in lines if re.match(r"(: )?[A-Za-z_.]*(Error|Exception): ", line)]
    return (own or lines or ["it does not say why"])[-1 if own else 0].lstrip(": ")[:300]
