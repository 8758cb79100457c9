ARG BASE=switchyard
FROM ${BASE}
COPY penguins/*.ts penguins/
COPY ab-test/transformer.ts ab-test/
COPY penguins/models/encoders.json artefacts/preprocessing/run-7/
CMD ["component", "./ab-test/transformer.ts", "--service-type", "TRANSFORMER"]
