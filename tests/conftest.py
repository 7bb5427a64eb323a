"""What every test may use: real PostgreSQL and Redis, a mail server that keeps what it gets, a worker, a browser.

The network is closed but for loopback and Unix sockets. A part that is missing is an error that names its package.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django import DjangoDbBlocker, Settings

from tests import databases, dealing, emptying, environment, looked_at, services
from tests.translators import Translators

_redis = services.RedisServer(environment.REDIS_PORT, environment.FOLDER / "redis.log")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    config.option.importmode = "importlib"  # two rooms may both have a test_models.py
    config.option.allow_hosts = "127.0.0.1,::1,localhost"
    config.option.allow_unix_socket = True
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django_settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    TransactionTestCase._fixture_teardown = emptying.empty_tables
    # Other work on the machine is no failure of a test.
    slow = [hypothesis.HealthCheck.too_slow]
    hypothesis.settings.register_profile("calm", deadline=None, suppress_health_check=slow)
    hypothesis.settings.load_profile("calm")
    config.pluginmanager.register(looked_at.Looks())
    if environment.OWNS_PARTS and not config.option.collectonly:
        if environment.STARTS_POSTGRES:
            environment.CLUSTER.start()
        _redis.start()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What drives a browser or servers has a second try, for a busy machine starves them. The summary tells of it."""
    for item in filter(dealing.drives_parts, items):
        item.add_marker(pytest.mark.flaky(reruns=1))
    if given := getattr(config, "workerinput", None):
        items[:] = dealing.dealt(items, given["workercount"])


def pytest_unconfigure() -> None:
    if environment.OWNS_PARTS:
        _redis.stop()
        environment.CLUSTER.stop()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Nothing is left to migrate in the database of this process."""
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = databases.migrated()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """The databases go with the cluster of the run: a thread that served a browser may still be connected to one."""
    return os.environ["DATABASE_URL"] == environment.CLUSTER.url


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Rate limits and counts of one test say nothing to the next."""
    cache.clear()


@pytest.fixture
def data_dir() -> Path:
    """DATA_DIR of this test process."""
    return environment.DATA_DIR


@pytest.fixture
def free_port() -> int:
    """A loopback port that nobody listens on."""
    return environment.free_port()


@pytest.fixture
def smtp_sink() -> Iterator[services.SmtpSink]:
    """A mail server on `smtp_sink.port` that keeps every mail in `smtp_sink.mails`, refuses or hangs on demand."""
    sink = services.SmtpSink(environment.free_port())
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def clamd(tmp_path: Path, settings: Settings) -> Iterator[services.ClamdServer]:
    """A real virus scanner, and the settings that name it."""
    server = services.ClamdServer(environment.free_port(), tmp_path)
    settings.CLAMAV_HOST, settings.CLAMAV_PORT, settings.CLAMAV_TIMEOUT = "127.0.0.1", server.port, 20
    server.start()
    yield server
    server.stop()


@pytest.fixture
def translators() -> Iterator[Translators]:
    """Translation engines; `translators.use` names one of them in the settings."""
    servers = Translators()
    servers.start()
    yield servers
    servers.stop()


@pytest.fixture
def worker(transactional_db: None, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A real Celery worker, without the timetable, on this test's database."""
    with services.celery_worker(tmp_path / "worker.log") as process:
        yield process


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the session; Debian's, because nothing is downloaded."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=services.chromium(), args=list(services.CHROMIUM_FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A new visitor: no cookies, the window of a desktop, the clock of Brussels."""
    visitor = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="Europe/Brussels"
    )
    visitor.set_default_timeout(10_000)
    yield visitor
    visitor.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page of a new visitor."""
    return context.new_page()
