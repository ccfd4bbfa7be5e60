// Everything npm's aw-client 0.3.7 can ask of a server, and the canonical query as the web interface
// sends it: one statement per array element. Argument: the server's address.
"use strict";

const assert = require("node:assert/strict");
const { AWClient } = require("aw-client");

const HOST = "testhost";
const WINDOW = `aw-watcher-window_${HOST}`;
const AFK = `aw-watcher-afk_${HOST}`;
const WEB = `aw-watcher-web-firefox_${HOST}`;
const START = Date.parse("2024-03-04T09:00:00Z");
const MINUTE_MS = 60_000;

const at = (minutes) => new Date(START + minutes * MINUTE_MS);
const event = (minutes, durationMinutes, data) => ({
    timestamp: at(minutes),
    duration: durationMinutes * 60,
    data,
});
const near = (value, expected, what) =>
    assert.ok(Math.abs(value - expected) < 0.1, `${what}: ${value}, expected ${expected}`);

const CANONICAL = `
events = flood(query_bucket(find_bucket("${WINDOW}")));
not_afk = flood(query_bucket(find_bucket("${AFK}")));
not_afk = filter_keyvals(not_afk, "status", ["not-afk"]);
browser_events = [];
events_firefox = flood(query_bucket("${WEB}"));
window_firefox = filter_keyvals(events, "app", ["Firefox", "firefox"]);
events_firefox = filter_period_intersect(events_firefox, window_firefox);
events_firefox = split_url_events(events_firefox);
browser_events = concat(browser_events, events_firefox);
browser_events = sort_by_timestamp(browser_events);
audible_events = filter_keyvals(browser_events, "audible", [true]);
not_afk = period_union(not_afk, audible_events);
events = filter_period_intersect(events, not_afk);
events = categorize(events, [[["Work","Programming"],{"type":"regex","regex":"Code|\\w+\\.rs; *$","ignore_case":true}]]);
title_events = sort_by_duration(merge_events_by_keys(events, ["app", "title"]));
app_events = sort_by_duration(merge_events_by_keys(title_events, ["app"]));
cat_events = sort_by_duration(merge_events_by_keys(events, ["$category"]));
app_events = limit_events(app_events, 100);
duration = sum_durations(events);
browser_events = filter_period_intersect(browser_events, not_afk);
browser_domains = sort_by_duration(merge_events_by_keys(browser_events, ["$domain"]));
RETURN = {"window": {"app_events": app_events, "title_events": title_events, "cat_events": cat_events,
          "active_events": not_afk, "duration": duration},
          "browser": {"domains": browser_domains, "duration": sum_durations(browser_events)}};`;

/** Splits at ';' outside strings, as the web interface does before it posts a query. */
function statements(program) {
    const found = [];
    let current = "";
    let quoted = false;
    for (let i = 0; i < program.length; i++) {
        const letter = program[i];
        if (letter === '"' && program[i - 1] !== "\\") quoted = !quoted;
        current += letter;
        if (letter === ";" && !quoted) {
            found.push(current.trim());
            current = "";
        }
    }
    return found;
}

async function buckets(client) {
    const info = await client.getInfo();
    for (const key of ["hostname", "version", "testing", "device_id"]) assert.ok(key in info, key);
    assert.deepEqual(await client.ensureBucket(WINDOW, "currentwindow", HOST), { alreadyExist: false });
    assert.deepEqual(await client.ensureBucket(WINDOW, "currentwindow", HOST), { alreadyExist: true });
    await client.ensureBucket(AFK, "afkstatus", HOST);
    await client.ensureBucket(WEB, "web.tab.current", HOST);
    assert.equal((await client.getBucketInfo(WINDOW)).hostname, HOST);
    assert.deepEqual(Object.keys(await client.getBuckets()).sort(), [AFK, WEB, WINDOW].sort());
}

async function events(client) {
    await client.insertEvents(WINDOW, [
        event(0, 20, { app: "Code", title: "main.rs" }),
        event(20, 20, { app: "Firefox", title: "docs" }),
    ]);
    await client.insertEvent(WINDOW, event(40, 20, { app: "Code", title: "lib.rs" }));
    await client.insertEvents(AFK, [event(0, 30, { status: "not-afk" }), event(30, 30, { status: "afk" })]);
    await client.insertEvents(WEB, [
        event(20, 15, { url: "https://www.example.org/a", title: "a", audible: true, incognito: false, tabCount: 1 }),
    ]);
    assert.equal(await client.countEvents(WINDOW), 3);
    // This client calls them starttime and endtime.
    assert.equal(await client.countEvents(WINDOW, at(0), at(10)), 1);
    const found = await client.getEvents(WINDOW, { limit: 2 });
    assert.deepEqual(found.map((e) => e.data.title), ["lib.rs", "docs"]);
    const one = await client.getEvent(WINDOW, found[0].id);
    assert.equal(one.data.title, "lib.rs");
    await client.replaceEvent(WINDOW, { ...one, data: { app: "Code", title: "replaced.rs" } });
    assert.equal(await client.countEvents(WINDOW), 3);
    assert.equal((await client.getEvent(WINDOW, one.id)).data.title, "replaced.rs");
}

async function heartbeats(client) {
    const bucket = `it-beats_${HOST}`;
    await client.ensureBucket(bucket, "currentwindow", HOST);
    const sent = [];
    for (let second = 0; second < 5; second++) {
        sent.push(
            client.heartbeat(bucket, 10, {
                timestamp: new Date(START + second * 1000),
                duration: 0,
                data: { app: "Code", title: "beat" },
            }),
        );
    }
    await Promise.all(sent);
    const found = await client.getEvents(bucket);
    assert.equal(found.length, 1);
    near(found[0].duration, 4, "merged heartbeat");
    await client.deleteBucket(bucket);
    assert.ok(!(bucket in (await client.getBuckets())));
}

async function canonicalQuery(client) {
    const program = statements(CANONICAL);
    assert.equal(program.length, 22);
    const [day] = await client.query([{ start: at(-540), end: at(900) }], program, { name: "canonical" });
    // 30 minutes at the keyboard and 5 more with an audible tab in front.
    near(day.window.duration, 35 * 60, "active");
    assert.deepEqual(day.window.app_events.map((e) => e.data.app), ["Code", "Firefox"]);
    near(day.window.app_events[0].duration, 20 * 60, "Code");
    near(day.window.app_events[1].duration, 15 * 60, "Firefox");
    assert.deepEqual(day.window.cat_events[0].data.$category, ["Work", "Programming"]);
    assert.equal(day.browser.domains[0].data.$domain, "example.org");
    near(day.browser.duration, 15 * 60, "browser");
    await assert.rejects(client.query([{ start: at(0), end: at(1) }], ["RETURN = f(;"]), (error) => {
        assert.equal(error.response.status, 400);
        assert.equal(typeof error.response.data.message, "string");
        return true;
    });
}

async function settings(client) {
    await client.set_setting("classes", [{ id: 1, name: ["Work"], rule: { type: "none" } }]);
    assert.equal((await client.get_setting("classes"))[0].name[0], "Work");
    assert.ok("classes" in (await client.get_settings()));
    // For an answer of `null` this client hands over its whole response.
    assert.equal((await client.get_setting("never-set")).data, null);
}

/** What the web interface does with exports and imports, through the client's own axios. */
async function exportAndImport(client) {
    const exported = (await client.req.get("/0/export")).data;
    assert.deepEqual(Object.keys(exported.buckets).sort(), [AFK, WEB, WINDOW].sort());
    const before = await client.getEvents(WINDOW);
    await client.deleteBucket(WINDOW);
    const form = new FormData();
    form.append("buckets.json", new Blob([JSON.stringify(exported)], { type: "application/json" }), "buckets.json");
    for (let times = 0; times < 2; times++) {
        await client.req.post("/0/import", form, { headers: { "Content-Type": "multipart/form-data" } });
        const plain = (list) => list.map((e) => [e.timestamp, e.duration, e.data]);
        assert.deepEqual(plain(await client.getEvents(WINDOW)), plain(before));
    }
    await client.req.post("/0/import", exported);
    assert.equal(await client.countEvents(WINDOW), 3);
    const last = (await client.getEvents(WINDOW))[0];
    await client.deleteEvent(WINDOW, last.id);
    assert.equal(await client.countEvents(WINDOW), 2);
}

async function main() {
    const client = new AWClient("it-node", { baseURL: process.argv[2] });
    for (const step of [buckets, events, heartbeats, canonicalQuery, settings, exportAndImport]) {
        await step(client);
    }
    console.log("all steps passed");
    process.exit(0);
}

main().catch((error) => {
    console.error(error.response ? { status: error.response.status, data: error.response.data } : "", error);
    process.exit(1);
});
