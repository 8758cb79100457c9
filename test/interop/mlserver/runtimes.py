from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse, ResponseOutput


class Multiplier(MLModel):
    """Its first input, times the factor in its settings."""

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        product = NumpyCodec.decode_input(payload.inputs[0]) * self.settings.parameters.extra["factor"]
        outputs = [NumpyCodec.encode_output("product", product)]
        return InferenceResponse(id=payload.id, model_name=self.name, outputs=outputs)


class Echo(MLModel):
    """All inputs as they came."""

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        outputs = [
            ResponseOutput(name=given.name, shape=given.shape, datatype=given.datatype, data=given.data)
            for given in payload.inputs
        ]
        return InferenceResponse(id=payload.id, model_name=self.name, outputs=outputs)
