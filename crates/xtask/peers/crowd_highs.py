"""What does HiGHS make of an allocation? Reads and writes the instances of `attnd crowd allocate`.

    OMP_NUM_THREADS=1 python3 crowd_highs.py generate UNITS MINDS SEED FILE
    OMP_NUM_THREADS=1 python3 crowd_highs.py solve FILE GAP SECONDS

generate: units with a skill, a quality floor and hours; minds with skills, speed, wage, hours; accuracy for each pair.
solve: least cost such that the log-odds of each unit's answers reach its floor and nobody's hours are exceeded.
"""

import json
import math
import sys
import time

import highspy
import numpy as np

SKILLS = ["read", "listen", "look", "compare"]


def log_odds(probability):
    return math.log(probability / (1.0 - probability))


def generate(units, minds, seed):
    chance = np.random.default_rng(seed)
    # Half of the pairs have the skill.
    skills = [sorted(chance.choice(SKILLS, 2, replace=False).tolist()) for _ in range(minds)]
    ability = chance.uniform(0.65, 0.92, minds)
    hours = chance.uniform(0.2, 1.0, units).round(3)
    wages = (6.0 * chance.lognormal(0.0, 0.4, minds) * ability).round(2)
    speed = chance.uniform(0.7, 1.4, minds).round(2)
    accuracy = np.clip(ability + chance.normal(0.0, 0.04, (units, minds)), 0.55, 0.97).round(3)
    # Three answers each and a little more: capacity binds at the good and cheap ones.
    capacity = 3.6 * hours.sum() / minds
    return {
        "units": [
            {
                "id": f"u{unit}",
                "work_h": hours[unit],
                "quality": 0.97,
                "skill": SKILLS[unit % len(SKILLS)],
            }
            for unit in range(units)
        ],
        "minds": [
            {
                "id": f"m{mind}",
                "capacity_h": round(capacity * chance.uniform(0.6, 1.4), 2),
                "wage_per_h": wages[mind],
                "speed": speed[mind],
                "skills": skills[mind],
            }
            for mind in range(minds)
        ],
        "pairs": {"accuracy": accuracy.tolist()},
    }


def model(instance):
    """One binary for each pair that has the skill; rows of quality, then rows of hours."""
    units, minds = instance["units"], instance["minds"]
    accuracy = instance["pairs"]["accuracy"]
    cost, starts, rows, values = [], [0], [], []
    for unit, needs in enumerate(units):
        for mind, has in enumerate(minds):
            if needs["skill"] not in has["skills"] or accuracy[unit][mind] <= 0.5:
                continue
            hours = needs["work_h"] / has["speed"]
            cost.append(has["wage_per_h"] * hours)
            rows += [unit, len(units) + mind]
            values += [log_odds(accuracy[unit][mind]), hours]
            starts.append(len(rows))
    count, height = len(cost), len(units) + len(minds)
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = count, height
    program.col_cost_ = np.array(cost)
    program.col_lower_, program.col_upper_ = np.zeros(count), np.ones(count)
    program.integrality_ = [highspy.HighsVarType.kInteger] * count
    least = [log_odds(needs["quality"]) for needs in units] + [-highspy.kHighsInf] * len(minds)
    most = [highspy.kHighsInf] * len(units) + [has["capacity_h"] for has in minds]
    program.row_lower_, program.row_upper_ = np.array(least), np.array(most)
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = np.array(starts)
    program.a_matrix_.index_ = np.array(rows)
    program.a_matrix_.value_ = np.array(values)
    return program


def solve(instance, gap, seconds):
    highs = highspy.Highs()
    for option, value in [
        ("output_flag", False),
        ("threads", 1),
        ("mip_rel_gap", gap),
        ("time_limit", seconds),
    ]:
        highs.setOptionValue(option, value)
    program = model(instance)
    cpu, wall = time.process_time(), time.perf_counter()
    highs.passModel(program)
    highs.run()
    cpu_s, wall_s = time.process_time() - cpu, time.perf_counter() - wall
    found = highs.getInfo()
    return {
        "status": highs.modelStatusToString(highs.getModelStatus()),
        "value": found.objective_function_value,
        "bound": found.mip_dual_bound,
        "gap": found.mip_gap,
        "cpu_s": cpu_s,
        "wall_s": wall_s,
        "binaries": program.num_col_,
        "version": highs.version(),
    }


def main():
    if sys.argv[1] == "generate":
        units, minds, seed = map(int, sys.argv[2:5])
        instance = generate(units, minds, seed)
        with open(sys.argv[5], "w", encoding="utf-8") as file:
            json.dump(instance, file)
        print(json.dumps({"units": units, "minds": minds, "seed": seed}))
    else:
        with open(sys.argv[2], encoding="utf-8") as file:
            instance = json.load(file)
        print(json.dumps(solve(instance, float(sys.argv[3]), float(sys.argv[4]))))


if __name__ == "__main__":
    main()
