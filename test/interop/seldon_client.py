"""Makes calls of SeldonClient: {client, method, args}."""

import driver
import numpy as np
from google.protobuf import any_pb2, wrappers_pb2
from seldon_core.seldon_client import SeldonClient
from seldon_core.utils import json_to_seldon_message, seldon_message_to_json


def any_of(text):
    packed = any_pb2.Any()
    packed.Pack(wrappers_pb2.StringValue(value=text))
    return packed


ARGUMENTS = {
    "data": np.array,
    "datas": lambda arrays: [np.array(array) for array in arrays],
    "bin_data": str.encode,
    "custom_data": any_of,
    "prediction_request": json_to_seldon_message,
    "prediction_response": json_to_seldon_message,
}


def outcome(client, method, args):
    args = {name: ARGUMENTS.get(name, lambda value: value)(value) for name, value in args.items()}
    result = getattr(SeldonClient(**client), method)(**args)
    response = result.response
    if response is not None and not isinstance(response, dict):
        response = seldon_message_to_json(response)
    return {"success": result.success, "msg": result.msg, "response": response}


driver.serve(outcome)
