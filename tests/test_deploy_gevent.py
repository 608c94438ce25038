"""Under gevent, as gunicorn runs us: waiting for a database holds up nobody else, and locks are gevent's everywhere."""

import json
import subprocess
import sys

from tests.deployed import ROOT, SECRET
from tests.engines import fresh_database

WAITS = """
import runpy, sys, time, json
runpy.run_path("config/gunicorn.py")  # as gunicorn does, before anything of ours is imported
import gevent
from sqlalchemy import text
from models.database import Database
database = Database(sys.argv[1])
ticks = []
def tick():
    while True:
        ticks.append(time.monotonic())
        gevent.sleep(0.01)
def wait():
    with database.read() as session:
        session.execute(text("select pg_sleep(0.5)"))
gevent.joinall([gevent.spawn(wait)])  # connected, and everything imported
gevent.spawn(tick)
before = time.monotonic()
gevent.joinall([gevent.spawn(wait) for _ in range(5)], raise_error=True)
took = time.monotonic() - before
during = [one for one in ticks if one >= before]
print(json.dumps({"took": took, "ticks": len(during)}))
"""
LOCKED = """
import runpy, sys, time, json
runpy.run_path("config/gunicorn.py")
import gevent, sqlite3
from models.database import Database
database = Database(sys.argv[1])
with database.begin():
    pass  # connected, and everything imported
ticks, waited = [], []
def tick():
    while True:
        ticks.append(time.monotonic())
        gevent.sleep(0.01)
def write():
    before = time.monotonic()
    with database.begin():
        waited.append(time.monotonic() - before)
other = sqlite3.connect(sys.argv[1].removeprefix("sqlite:///"), isolation_level=None)
other.execute("BEGIN IMMEDIATE")
gevent.spawn(tick)
writing = gevent.spawn(write)
gevent.sleep(1)
during = list(ticks)
other.execute("ROLLBACK")
writing.get(timeout=10)
longest = max(later - earlier for earlier, later in zip(during, during[1:]))
print(json.dumps({"waited": waited[0], "ticks": len(during), "longest": longest}))
"""
LOCKS = """
import json, sys
sys.argv = ["gunicorn", "wsgi:app", "--config", "config/gunicorn.py"]
from gunicorn.app.wsgiapp import WSGIApplication
application = WSGIApplication()
import wsgi
from config.settings import load_settings
wsgi.prepare(load_settings())
import threading
from models.database import Database
from webhook.live import Lock
from delivery.wake import Wake
database = Database("sqlite://")
kinds = [type(one) for one in (database._line._changing, Lock(), Wake()._rung._lock)]
native = [str(kind) for kind in kinds if kind.__module__ in ("_thread", "builtins")]
print(json.dumps({"native": native, "threads": threading.active_count()}))
"""


def told(program, *arguments, **env):
    ours = {"SECRET_KEY": SECRET, "PATH": "/usr/bin:/bin", **env}
    ended = subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=ROOT, env=ours, capture_output=True, text=True, timeout=120
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])


def test_visitors_are_served_while_postgresql_lets_others_wait(tmp_path):
    with fresh_database("postgresql", tmp_path) as url:
        seen = told(WAITS, url)
    assert seen["took"] < 2.0  # one after the other it would be 2.5 s
    assert seen["ticks"] > 10  # blocked, the clock would stand still


def test_visitors_are_served_while_another_process_writes_to_sqlite(tmp_path):
    with fresh_database("sqlite", tmp_path) as url:
        seen = told(LOCKED, url)
    assert seen["waited"] >= 0.9
    assert seen["ticks"] > 10
    assert seen["longest"] < 0.5  # in SQLite's own patience it would be all of that second


def test_what_was_loaded_before_the_fork_holds_no_native_lock_and_no_thread(tmp_path):
    with fresh_database("sqlite", tmp_path) as url:
        seen = told(LOCKS, DATABASE_URL=url)
    assert seen == {"native": [], "threads": 1}
