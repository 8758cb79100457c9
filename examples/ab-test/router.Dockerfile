ARG BASE=switchyard
FROM ${BASE}
COPY ab-test/router.ts ./
CMD ["component", "Router", "--service-type", "ROUTER"]
