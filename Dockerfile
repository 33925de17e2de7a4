# One image for api, projector, worker and the command line; which one, the command says.
FROM node:24.11.1-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN for app in api projector worker cli; do npx nest build "$app" || exit 1; done && npm prune --omit=dev

FROM node:24.11.1-bookworm-slim
WORKDIR /app
COPY --from=build /app/package.json /app/LICENSE ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/docs/format ./docs/format
RUN mkdir -p /var/lib/jiandang/data/ledger /var/lib/jiandang/data-keys && chown -R node:node /var/lib/jiandang
USER node
ENV NODE_ENV=production HOST=0.0.0.0 JIANDANG_DATA=/var/lib/jiandang/data JIANDANG_DEMO=off
VOLUME /var/lib/jiandang
EXPOSE 3000 9464
# `api` answers on PORT, projector and worker on JIANDANG_HEALTH_PORT: whichever listens.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 CMD ["node", "-e", "Promise.any([process.env.PORT ?? 3000, process.env.JIANDANG_HEALTH_PORT ?? 9464].map((port) => fetch(`http://127.0.0.1:${port}/health/live`).then((answer) => { if (!answer.ok) throw 0; }))).then(() => process.exit(0), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=64", "dist/apps/api/src/main.js"]
