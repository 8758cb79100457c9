"""Fits the encoders and the two models of this example, and writes what the deployment needs.

    python3 -m venv .venv && .venv/bin/pip install -r training/requirements.txt
    .venv/bin/python training/train.py [path to penguins.json]

Everything is fitted on 70 % of the rows (stratified by species, fixed seed) and measured on the other 30 %.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, OneHotEncoder

SEED = 20
EXAMPLE = Path(__file__).resolve().parent.parent
DATA = EXAMPLE.parent.parent / "node_modules/vega-datasets/data/penguins.json"
CATEGORIES = {"Island": ["Biscoe", "Dream", "Torgersen"], "Sex": ["female", "male"]}
NUMBERS = ["Beak Length (mm)", "Beak Depth (mm)", "Flipper Length (mm)", "Body Mass (g)"]
COLUMNS = [*CATEGORIES, *NUMBERS]
# How the data set itself marks a value that was not taken, beside null.
MISSING = {"Island": [], "Sex": ["."]}
BODY_MASS = 8  # the last of the nine encoded columns: 3 islands, 2 sexes, 4 numbers


def read_rows(path):
    """Rows as the transformer gets them: six values in the order of COLUMNS, None where the data set has none."""
    records = json.loads(Path(path).read_text())
    return [[record[column] for column in COLUMNS] for record in records], [r["Species"] for r in records]


def present(column, value):
    """The category as the encoder knows it; a missing one becomes "", which matches none: all zeros."""
    if value is None or value in MISSING[column]:
        return ""
    return next(known for known in CATEGORIES[column] if known.lower() == value.lower())


def as_table(rows):
    table = np.empty((len(rows), len(COLUMNS)), dtype=object)
    for i, row in enumerate(rows):
        table[i, :2] = [present(column, value) for column, value in zip(CATEGORIES, row[:2])]
        table[i, 2:] = [np.nan if value is None else float(value) for value in row[2:]]
    return table


def fit_encoder(rows):
    one_hot = OneHotEncoder(
        categories=list(CATEGORIES.values()), handle_unknown="ignore", sparse_output=False
    )
    min_max = make_pipeline(
        FunctionTransformer(lambda x: x.astype(float)), SimpleImputer(strategy="mean"), MinMaxScaler()
    )
    return ColumnTransformer([("categories", one_hot, [0, 1]), ("numbers", min_max, [2, 3, 4, 5])]).fit(
        as_table(rows)
    )


def encoders_artefact(encoder):
    """What input-transformer.ts loads: one entry per column, in the order of the encoded columns."""
    pipeline = encoder.named_transformers_["numbers"]
    imputer, scaler = pipeline.steps[1][1], pipeline.steps[2][1]
    columns = [
        {"name": name, "encoding": "one-hot", "categories": categories, "missing": MISSING[name]}
        for name, categories in CATEGORIES.items()
    ]
    for i, name in enumerate(NUMBERS):
        columns.append(
            {
                "name": name,
                "encoding": "min-max",
                "min": float(scaler.data_min_[i]),
                "max": float(scaler.data_max_[i]),
                "mean": float(imputer.statistics_[i]),
            }
        )
    return {"columns": columns}


def make_models():
    """A sees the body mass alone, on purpose; B sees everything. Both take the same nine columns."""
    only_mass = ColumnTransformer([("mass", "passthrough", [BODY_MASS])])
    return {
        "model-a": make_pipeline(only_mass, LogisticRegression(max_iter=1000)),
        "model-b": make_pipeline(LogisticRegression(max_iter=1000)),
    }


def export(model, features, path):
    onnx = to_onnx(
        model,
        features[:1].astype(np.float32),
        options={id(model.steps[-1][1]): {"zipmap": False}},
        target_opset=17,
    )
    path.write_bytes(onnx.SerializeToString())
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


def probabilities(session, features):
    return session.run(["probabilities"], {session.get_inputs()[0].name: features.astype(np.float32)})[0]


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2) + "\n")


def held_out_cases(rows, species, features, answers):
    """Some held-out rows, those with missing values first, with what scikit-learn and onnxruntime say of them."""
    order = sorted(range(len(rows)), key=lambda i: not any(v is None or v == "." for v in rows[i]))
    return [
        {
            "row": rows[i],
            "species": species[i],
            "features": features[i].tolist(),
            **{name: answer[i].astype(float).tolist() for name, answer in answers.items()},
        }
        for i in order[:24]
    ]


def main():
    rows, species = read_rows(sys.argv[1] if len(sys.argv) > 1 else DATA)
    train_rows, test_rows, train_species, test_species = train_test_split(
        rows, species, test_size=0.3, stratify=species, random_state=SEED
    )
    encoder = fit_encoder(train_rows)
    train, test = encoder.transform(as_table(train_rows)), encoder.transform(as_table(test_rows))
    artefacts = EXAMPLE / "models"
    artefacts.mkdir(exist_ok=True)
    write_json(artefacts / "encoders.json", encoders_artefact(encoder))

    # Numbers as classes, so that the models hold no strings; the deployment names them (class_names).
    classes = sorted(set(species))
    train_classes, test_classes = ([classes.index(s) for s in part] for part in (train_species, test_species))
    accuracy, answers = {}, {}
    for name, model in make_models().items():
        model.fit(train.astype(np.float32), train_classes)
        session = export(model, train, artefacts / f"{name}.onnx")
        answers[name] = probabilities(session, test)
        accuracy[name] = round(float(np.mean(answers[name].argmax(axis=1) == np.array(test_classes))), 4)
    write_json(
        artefacts / "metrics.json",
        {
            "classes": classes,
            "rows": {"train": len(train_rows), "heldOut": len(test_rows)},
            "heldOutAccuracy": accuracy,
        },
    )
    write_json(
        EXAMPLE / "training/held-out.json",
        {"names": COLUMNS, "cases": held_out_cases(test_rows, test_species, test, answers)},
    )
    print(json.dumps(accuracy))


main()
