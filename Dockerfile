# Built with development packages, shipped without them.
FROM node:22-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.json tsconfig.build.json ./
COPY bin bin
COPY scripts scripts
COPY src src
COPY adapters adapters
COPY rules rules
COPY test/bench test/bench
RUN npm ci && npm prune --omit=dev --ignore-scripts

FROM node:22-slim
ENV NODE_ENV=production
WORKDIR /app
RUN mkdir /data && chown node:node /data
COPY --from=build --chown=root:root /app/package.json ./
COPY --from=build --chown=root:root /app/node_modules node_modules
COPY --from=build --chown=root:root /app/bin bin
COPY --from=build --chown=root:root /app/dist dist
COPY --from=build --chown=root:root /app/rules/packs rules/packs
COPY --from=build --chown=root:root /app/adapters/sandbox/page adapters/sandbox/page
USER node
VOLUME /data
EXPOSE 8080
CMD ["node", "bin/candor.js", "start"]
