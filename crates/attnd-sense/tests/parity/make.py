"""Which numbers must the features agree with? Made by NumPy, SciPy, PyWavelets and NeuroKit2.

    pip install -r requirements.txt
    python make.py            writes reference.json beside this file
    python make.py --check    fails if it would be another

The signals come from a seed and are rounded to six digits, so that the file holds exactly what the
references were given.
"""

import json
import math
import sys
from pathlib import Path

import neurokit2 as nk
import numpy as np
import pywt
from scipy import integrate, signal, stats

FILE = Path(__file__).with_name("reference.json")
RATE_HZ = 60.0


def pupil(rng, count):
    """A pupil in mm: slow drift, hippus around 0.3 Hz, fast noise."""
    times = np.arange(count) / RATE_HZ
    drift = np.cumsum(rng.normal(0, 0.004, count))
    hippus = 0.12 * np.sin(2 * np.pi * 0.31 * times + rng.uniform(0, 6))
    return np.round(3.8 + drift + hippus + rng.normal(0, 0.01, count), 6)


def modulus_maxima(values):
    """Listing 2 of Duchowski et al. 2018, doi 10.1145/3173574.3173856, its right border included."""
    sizes = [math.fabs(value) for value in values]
    peaks = [0.0] * len(values)
    for i, here in enumerate(sizes):
        left = sizes[i - 1] if i >= 1 else here
        right = sizes[i + 1] if i < len(sizes) - 2 else here
        if left <= here >= right and (left < here or here > right):
            peaks[i] = here
    return np.array(peaks)


def threshold_of(peaks):
    return np.std(peaks) * math.sqrt(2.0 * np.log2(len(peaks)))


def ipa(values):
    """Listing 1 of the same."""
    _, slow, _ = pywt.wavedec(values, "sym16", "per", level=2)
    peaks = modulus_maxima(slow / math.sqrt(4.0))
    kept = pywt.threshold(peaks, threshold_of(peaks), mode="hard")
    return int(np.count_nonzero(np.abs(kept) > 0)) / ((len(values) - 1) / RATE_HZ)


def lhipa(values):
    """Listing 1 of Duchowski et al. 2020, doi 10.1145/3313831.3376394."""
    wavelet = pywt.Wavelet("sym16")
    high, low = 1, pywt.dwt_max_level(len(values), wavelet.dec_len) // 2
    fast = pywt.downcoef("d", values, wavelet, "per", level=high) / math.sqrt(2**high)
    slow = pywt.downcoef("d", values, wavelet, "per", level=low) / math.sqrt(2**low)
    ratio = [slow[i] / fast[(2**low // 2**high) * i] for i in range(len(slow))]
    peaks = modulus_maxima(ratio)
    kept = pywt.threshold(peaks, threshold_of(peaks), mode="less")
    return int(np.count_nonzero(np.abs(kept) > 0)) / ((len(values) - 1) / RATE_HZ)


def pupil_case(values):
    frequencies, density = signal.welch(values, RATE_HZ, nperseg=240)
    below = frequencies < 1.6
    return {
        "rate_hz": RATE_HZ,
        "signal": values,
        "low_pass_4hz": signal.filtfilt(*signal.butter(2, 4.0, fs=RATE_HZ), values),
        "welch_240": density,
        "welch_of_101": signal.welch(values[:101], RATE_HZ, nperseg=101)[1],
        "power_below_1_6hz": integrate.trapezoid(density[below], frequencies[below]),
        "detail_1": pywt.downcoef("d", values, "sym16", "per", level=1),
        "detail_3": pywt.downcoef("d", values, "sym16", "per", level=3),
        "ipa": ipa(values),
        "lhipa": lhipa(values),
    }


def steps_case(rng):
    """Samples at uneven times with losses, and what straight lines between them say every 60th of a second."""
    times = np.round(np.cumsum(rng.uniform(0.004, 0.02, 200)), 6)
    values = pupil(rng, 200)
    values[50:70] = np.nan
    values[120] = np.nan
    known = np.isfinite(values)
    first, last = times[known][0], times[known][-1]
    steps = int(np.floor((last - first) * RATE_HZ)) + 1
    at = first + np.arange(steps) / RATE_HZ
    return {"times_s": times, "pupils": values, "at_60hz": np.interp(at, times[known], values[known])}


def beats_case(rng):
    """Times between beats with breathing in them; NeuroKit2's time domain and SciPy's spectrum at 4 Hz."""
    intervals = []
    now = 0.0
    while now < 300.0:
        breathing = 40 * np.sin(2 * np.pi * 0.25 * now) + 25 * np.sin(2 * np.pi * 0.1 * now)
        intervals.append(round(float(820 + breathing + rng.normal(0, 15)), 3))
        now += intervals[-1] / 1000
    intervals = np.array(intervals)
    times = np.cumsum(intervals) / 1000
    hrv = nk.hrv_time({"RRI": intervals, "RRI_Time": times}).iloc[0]
    at = np.arange(times[0], times[-1], 0.25)
    frequencies, density = signal.welch(np.interp(at, times, intervals), 4.0, nperseg=256)

    def power(low, high):
        band = (frequencies >= low) & (frequencies < high)
        return integrate.trapezoid(density[band], frequencies[band])

    return {
        "intervals_ms": intervals,
        "times_s": times,
        "mean_ms": hrv["HRV_MeanNN"],
        "sdnn_ms": hrv["HRV_SDNN"],
        "rmssd_ms": hrv["HRV_RMSSD"],
        "pnn50": hrv["HRV_pNN50"] / 100,
        "low_ms2": power(0.04, 0.15),
        "high_ms2": power(0.15, 0.4),
    }


def statistics_case(rng):
    values = np.round(rng.normal(5, 2, 101), 6)
    times = np.round(np.cumsum(rng.uniform(0.5, 1.5, 101)), 6)
    return {
        "times_s": times,
        "values": values,
        "mean": np.mean(values),
        "deviation": np.std(values, ddof=1),
        "quantiles": np.quantile(values, [0.05, 0.25, 0.5, 0.95]),
        "slope": stats.linregress(times, values).slope,
        "median_deviation": stats.median_abs_deviation(values, scale="normal"),
    }


def plain(value):
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, np.ndarray):
        return [plain(part) for part in value.tolist()]
    number = float(value)
    return float(f"{number:.12g}") if math.isfinite(number) else None


def make():
    rng = np.random.default_rng(20240101)
    cases = {"even": pupil(rng, 600), "odd": pupil(rng, 601), "minute": pupil(rng, 3600)}
    pupils = {name: pupil_case(values) for name, values in cases.items()}
    # The long one is for the indices only.
    for long in ["low_pass_4hz", "welch_240", "welch_of_101", "detail_1", "detail_3"]:
        del pupils["minute"][long]
    return plain(
        {
            "pupil": pupils,
            "steps": steps_case(rng),
            "beats": beats_case(rng),
            "statistics": statistics_case(rng),
        }
    )


def differences(one, other, path=""):
    """Where two answers are more than a rounding apart."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return [d for key in one for d in differences(one[key], other[key], f"{path}/{key}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [d for i, (a, b) in enumerate(zip(one, other)) for d in differences(a, b, f"{path}[{i}]")]
    if isinstance(one, float) and isinstance(other, float):
        return [] if abs(one - other) <= 1e-9 * max(1.0, abs(one)) else [f"{path}: {one} is now {other}"]
    return [] if one == other else [f"{path}: {one} is now {other}"]


def main():
    made = make()
    if "--check" not in sys.argv[1:]:
        FILE.write_text(json.dumps(made, separators=(",", ":")) + "\n")
        return
    # Numbers as they are written: 1.0 and 1 are the same.
    kept = json.loads(FILE.read_text(), parse_int=float)
    found = differences(kept, made)
    if found:
        sys.exit("reference.json is not what the references say now:\n" + "\n".join(found[:20]))


if __name__ == "__main__":
    main()
