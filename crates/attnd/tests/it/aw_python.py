"""Everything aw-client 0.5.15 can ask of a server, step by step. Argument: the port."""

import sys
import time
from datetime import datetime, timedelta, timezone

from aw_client import ActivityWatchClient
from aw_client.queries import DesktopQueryParams, fullDesktopQuery
from aw_core.models import Event

PORT = int(sys.argv[1])
HOST = "testhost"
WINDOW = f"aw-watcher-window_{HOST}"
AFK = f"aw-watcher-afk_{HOST}"
START = datetime(2024, 3, 4, 9, 0, tzinfo=timezone.utc)
MINUTE = timedelta(minutes=1)


def until(condition, what):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.05)


def event(minutes, duration_minutes, **data):
    return Event(timestamp=START + minutes * MINUTE, duration=duration_minutes * MINUTE, data=data)


client = ActivityWatchClient("it-python", host="127.0.0.1", port=PORT)
client.client_hostname = HOST
client.wait_for_start(timeout=30)

info = client.get_info()
assert set(info) >= {"hostname", "version", "testing", "device_id"}, info

# Buckets, twice: the second time the server says 304 and the client is content.
for _ in range(2):
    client.create_bucket(WINDOW, "currentwindow")
    client.create_bucket(AFK, "afkstatus")
buckets = client.get_buckets()
assert buckets[WINDOW]["type"] == "currentwindow" and buckets[WINDOW]["hostname"] == HOST, buckets
assert buckets[AFK]["client"] == "it-python", buckets

# Insert: one event, then many.
client.insert_event(WINDOW, event(0, 10, app="Code", title="main.rs"))
client.insert_events(
    WINDOW,
    [
        event(10, 5, app="Firefox", title="docs"),
        event(15, 10, app="Code", title="lib.rs"),
        event(25, 35, app="Code", title="lib.rs"),
    ],
)
client.insert_events(AFK, [event(0, 40, status="not-afk"), event(40, 20, status="afk")])
assert client.get_eventcount(WINDOW) == 4
assert client.get_eventcount(WINDOW, start=START, end=START + 12 * MINUTE) == 2

# Reading: newest first, clipped, limited, by id.
events = client.get_events(WINDOW)
assert [e.timestamp for e in events] == sorted((e.timestamp for e in events), reverse=True)
assert len(client.get_events(WINDOW, limit=2)) == 2
clipped = client.get_events(WINDOW, start=START + 5 * MINUTE, end=START + 12 * MINUTE)
assert [e.duration for e in clipped] == [2 * MINUTE, 5 * MINUTE], clipped
same = client.get_event(WINDOW, events[-1].id)
assert same.data == {"app": "Code", "title": "main.rs"} and same.duration == 10 * MINUTE, same

# The canonical day query: active time is what falls into not-afk.
query = fullDesktopQuery(
    DesktopQueryParams(
        bid_window=WINDOW,
        bid_afk=AFK,
        classes=[(["Work", "Programming"], {"type": "regex", "regex": "Code"})],
    )
)
midnight = START.replace(hour=0)
result = client.query(query, [(midnight, midnight + timedelta(days=1))])
assert len(result) == 1
window = result[0]["window"]
assert abs(window["duration"] - 40 * 60) < 0.1, window["duration"]
applications = {e["data"]["app"]: e["duration"] for e in window["app_events"]}
assert abs(applications["Code"] - 35 * 60) < 0.1 and abs(applications["Firefox"] - 5 * 60) < 0.1, applications
categories = {tuple(e["data"]["$category"]): e["duration"] for e in window["cat_events"]}
assert abs(categories[("Work", "Programming")] - 35 * 60) < 0.1, categories
assert abs(categories[("Uncategorized",)] - 5 * 60) < 0.1, categories

# A wrong query is the caller's fault, and the message says which.
try:
    client.query("RETURN = nothing_of_the_kind;", [(midnight, midnight + timedelta(days=1))])
    raise AssertionError("a wrong query was answered")
except Exception as error:
    response = getattr(error, "response", None)
    assert response is not None and response.status_code == 400, error
    assert "nothing_of_the_kind" in response.json()["message"], response.text

# Heartbeats at once: the second continues the first.
beats = f"it-beats_{HOST}"
client.create_bucket(beats, "currentwindow")
for second in range(3):
    client.heartbeat(
        beats,
        Event(timestamp=START + timedelta(seconds=second), data={"app": "Code", "title": "beat"}),
        pulsetime=5,
    )
merged = client.get_events(beats)
assert len(merged) == 1 and merged[0].duration == timedelta(seconds=2), merged

# Queued heartbeats, as the watchers send them: merged in the client, sent by its thread.
queued = f"it-queued_{HOST}"
with client:
    client.create_bucket(queued, "currentwindow", queued=False)
    for second in range(20):
        client.heartbeat(
            queued,
            Event(
                timestamp=START + timedelta(seconds=second),
                data={"app": "Code", "title": str(second // 10)},
            ),
            pulsetime=5,
            queued=True,
            commit_interval=1,
        )
    until(lambda: client.get_eventcount(queued) >= 2, "queued heartbeats arrive")
titles = [e.data["title"] for e in client.get_events(queued)]
assert titles == ["1", "0"], titles

# Settings.
client.set_setting("startOfDay", "05:00")
assert client.get_setting("startOfDay") == "05:00"
assert client.get_setting()["startOfDay"] == "05:00"

# Export, delete, import: nothing is lost; import again: nothing is doubled.
before = {e.timestamp: (e.duration, e.data) for e in client.get_events(WINDOW)}
exported = client.export_all()
assert set(exported["buckets"]) >= {WINDOW, AFK, beats, queued}, list(exported["buckets"])
alone = client.export_bucket(WINDOW)
assert list(alone["buckets"]) == [WINDOW] and len(alone["buckets"][WINDOW]["events"]) == 4
client.delete_event(WINDOW, events[0].id)
assert client.get_eventcount(WINDOW) == 3
client.delete_bucket(WINDOW, force=True)
assert WINDOW not in client.get_buckets()
for _ in range(2):
    client.import_bucket(alone["buckets"][WINDOW])
    after = {e.timestamp: (e.duration, e.data) for e in client.get_events(WINDOW)}
    assert after == before, (before, after)
    assert client.get_eventcount(WINDOW) == 4

print("all steps passed")
