/** Images of the model servers by implementation and protocol: those of Seldon Core 1.17.1's chart. */
export const MODEL_SERVERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  SKLEARN_SERVER: { seldon: 'seldonio/sklearnserver:1.17.1', v2: 'seldonio/mlserver:1.3.5-sklearn' },
  XGBOOST_SERVER: { seldon: 'seldonio/xgboostserver:1.17.1', v2: 'seldonio/mlserver:1.3.5-xgboost' },
  MLFLOW_SERVER: { seldon: 'seldonio/mlflowserver:1.17.1', v2: 'seldonio/mlserver:1.3.5-mlflow' },
  TENSORFLOW_SERVER: { seldon: 'seldonio/tfserving-proxy:1.17.1', tensorflow: 'tensorflow/serving:2.1.0' },
  TRITON_SERVER: { v2: 'nvcr.io/nvidia/tritonserver:21.08-py3' },
  HUGGINGFACE_SERVER: { v2: 'seldonio/mlserver:1.3.5-huggingface' },
  TEMPO_SERVER: { v2: 'seldonio/mlserver:1.3.5-slim' },
};
