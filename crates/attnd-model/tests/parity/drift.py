"""Writes drift.json: what river 0.22.0 says of drawn streams.

Run where river is installed: python drift.py > drift.json
"""

import json
import random
import sys

import river
from river import drift
from river.drift.adwin_c import AdaptiveWindowing

assert river.__version__ == "0.22.0", "other versions may say something else"

draw = random.Random(20070426)


def bernoulli(shares):
    """1 with the share of its part, 0 otherwise."""
    return [float(draw.random() < share) for share, count in shares for _ in range(count)]


def uniform(parts):
    """Uniform around the middle of its part, in [0, 1]."""
    return [round(min(1.0, max(0.0, middle + draw.uniform(-0.2, 0.2))), 6) for middle, count in parts for _ in range(count)]


STREAMS = {
    "steady": bernoulli([(0.3, 600)]),
    "jump": bernoulli([(0.2, 250), (0.7, 250)]),
    "there_and_back": uniform([(0.2, 200), (0.6, 200), (0.2, 200)]),
    "creeping": uniform([(0.2 + 0.001 * step, 1) for step in range(600)]),
    "fall": uniform([(0.8, 300), (0.3, 300)]),
}


def page_hinkley(stream, settings):
    test = drift.PageHinkley(
        min_instances=settings["least"],
        delta=settings["tolerance"],
        threshold=settings["threshold"],
        alpha=settings["fading"],
        mode=settings["direction"],
    )
    found = []
    for index, value in enumerate(STREAMS[stream]):
        test.update(value)
        if test.drift_detected:
            found.append(index)
    return {"settings": settings, "stream": stream, "found": found}


def adwin(stream, settings):
    # The test itself: river's ADWIN begins anew after a find and so loses the window the test is about.
    test = AdaptiveWindowing(
        delta=settings["delta"],
        clock=settings["every"],
        max_buckets=5,
        min_window_length=settings["shortest"],
        grace_period=settings["grace"],
    )
    found, widths, means = [], [], []
    for index, value in enumerate(STREAMS[stream]):
        if test.update(value):
            found.append(index)
        if index % 50 == 49:
            widths.append(int(test.get_width()))
            means.append(test.get_total() / test.get_width())
    return {"settings": settings, "stream": stream, "found": found, "widths": widths, "means": means}


PAGE_HINKLEY = [
    {"least": 30, "tolerance": 0.005, "threshold": 50.0, "fading": 0.9999, "direction": "both"},
    {"least": 30, "tolerance": 0.005, "threshold": 5.0, "fading": 0.9999, "direction": "both"},
    {"least": 20, "tolerance": 0.05, "threshold": 5.0, "fading": 0.9999, "direction": "up"},
    {"least": 10, "tolerance": 0.01, "threshold": 8.0, "fading": 0.99, "direction": "down"},
]
ADWIN = [
    {"delta": 0.002, "every": 32, "shortest": 5, "grace": 10},
    {"delta": 0.002, "every": 1, "shortest": 5, "grace": 10},
    {"delta": 0.05, "every": 4, "shortest": 10, "grace": 20},
]

json.dump(
    {
        "made_by": f"river {river.__version__}",
        "streams": STREAMS,
        "page_hinkley": [page_hinkley(stream, settings) for stream in STREAMS for settings in PAGE_HINKLEY],
        "adwin": [adwin(stream, settings) for stream in STREAMS for settings in ADWIN],
    },
    sys.stdout,
)
