"""kfp_compile.py PROGRAM.json OUTPUT: compiles a pipeline of one dsl.ResourceOp, as the programs in the field do.

PROGRAM holds {name, description, source, parameters, fields, op}: the manifest is what YAML reads from the file source,
fields [[path], parameter] put a parameter into it, and op are the arguments of dsl.ResourceOp.
"""

import inspect
import json
import sys

import yaml
from kfp import dsl
from kfp.compiler import Compiler


def main(program, output):
    def pipeline(**values):
        with open(program["source"]) as file:
            resource = yaml.safe_load(file)
        for path, name in program["fields"]:
            put(resource, path, str(values[name]))
        dsl.ResourceOp(k8s_resource=resource, **program["op"])

    # kfp reads the parameters of a pipeline off its signature.
    pipeline.__signature__ = inspect.Signature([
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=str)
        for name, default in program["parameters"].items()
    ])
    decorated = dsl.pipeline(name=program["name"], description=program.get("description"))(pipeline)
    Compiler().compile(decorated, output)


def put(resource, path, value):
    *parents, last = path
    for key in parents:
        resource = resource[key]
    resource[last] = value


with open(sys.argv[1]) as file:
    main(json.load(file), sys.argv[2])
