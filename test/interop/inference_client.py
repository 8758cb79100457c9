"""Makes calls of tritonclient: {transport, url, method, args}.

The argument `inputs` is {name: [datatype, array]}; the outcome of `infer` has its outputs as arrays.
"""

import importlib

import driver
import numpy as np
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from tritonclient.utils import InferenceServerException, triton_to_np_dtype


def input_of(module, transport, name, datatype, values):
    array = np.array(values, dtype=object if datatype == "BYTES" else triton_to_np_dtype(datatype))
    tensor = module.InferInput(name, list(array.shape), datatype)
    # MLServer takes no binary tensors over HTTP.
    tensor.set_data_from_numpy(array, **({"binary_data": False} if transport == "http" else {}))
    return tensor


def json_of(answer):
    if isinstance(answer, Message):
        return MessageToDict(answer, preserving_proto_field_name=True)
    if hasattr(answer, "as_numpy"):
        described = dict(json_of(answer.get_response()))
        outputs = [output["name"] for output in described.pop("outputs")]
        described.pop("raw_output_contents", None)
        return {**described, "outputs": {name: answer.as_numpy(name).tolist() for name in outputs}}
    return answer


def outcome(transport, url, method, args):
    module = importlib.import_module(f"tritonclient.{transport}")
    if "inputs" in args:
        args["inputs"] = [input_of(module, transport, name, *value) for name, value in args["inputs"].items()]
        if transport == "http":
            outputs = args.pop("outputs", [])
            args["outputs"] = [module.InferRequestedOutput(name, binary_data=False) for name in outputs] or None
    with module.InferenceServerClient(url) as client:
        try:
            return {"success": True, "response": json_of(getattr(client, method)(**args))}
        except InferenceServerException as error:
            return {"success": False, "msg": error.message(), "status": error.status(), "response": None}


driver.serve(outcome)
