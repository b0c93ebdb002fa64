// Cube over the data model of examples/cube, and the page index.html beside it, on a free port of 127.0.0.1; prints the page's address.
// Its connection is in CUBEJS_DB_HOST and so on, as of any Cube.
const crypto = require('crypto');
const http = require('http');
const express = require('express');
const jwt = require('jsonwebtoken');
const { CubejsServerCore } = require('@cubejs-backend/server-core');

async function serve() {
  const apiSecret = crypto.randomBytes(32).toString('hex');
  const core = CubejsServerCore.create({
    apiSecret,
    dbType: 'postgres',
    schemaPath: 'schema',
    cacheAndQueueDriver: 'memory',
    devServer: false,
    telemetry: false,
    scheduledRefreshTimer: false,
    basePath: '/cubejs-api',
    // whether the reports were refreshed is asked again after a second
    orchestratorOptions: { queryCacheOptions: { refreshKeyRenewalThreshold: 1 } },
  });
  const app = express();
  app.get('/', (request, response) => response.sendFile(`${__dirname}/index.html`));
  app.use(express.json());
  await core.initApp(app);
  const server = http.createServer(app);
  server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/#${jwt.sign({}, apiSecret)}`));
}

serve().catch((error) => {
  console.error(error);
  process.exit(1);
});
