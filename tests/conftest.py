"""What every test may use: real PostgreSQL and Redis, a mail server that keeps what it gets, a worker, a browser."""

from pathlib import Path

import pytest
from django.conf import settings

from tests import environment
from tests.services import RedisServer

_redis = RedisServer(environment.REDIS_PORT, environment.FOLDER / "redis.log")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    config.option.importmode = "importlib"  # two rooms may both have a test_models.py
    config.option.allow_hosts = "127.0.0.1,::1,localhost"
    config.option.allow_unix_socket = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    if environment.OWNS_PARTS and not config.option.collectonly:
        if environment.STARTS_POSTGRES:
            environment.CLUSTER.start()
        _redis.start()


def pytest_unconfigure() -> None:
    if environment.OWNS_PARTS:
        _redis.stop()
        environment.CLUSTER.stop()


@pytest.fixture
def data_dir() -> Path:
    """DATA_DIR of this test process."""
    return environment.DATA_DIR
