# onnxruntime-node is in the base already; a package of your own comes from `npm ci --omit=dev` in a stage that has npm.
ARG BASE=switchyard
FROM ${BASE}
USER root
RUN ln -s /opt/switchyard/node_modules node_modules
USER 65532:65532
COPY ab-test/model-infer.ts ./
COPY penguins/models/model-a.onnx artefacts/small/run-3/model.onnx
COPY penguins/models/model-b.onnx artefacts/large/run-9/model.onnx
CMD ["component", "ModelInfer", "--service-type", "MODEL"]
