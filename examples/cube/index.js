// Starts Cube over the schema folder beside this file.  What it connects to is in the environment: see README.md.
const CubejsServer = require('@cubejs-backend/server');

new CubejsServer({ telemetry: false })
  .listen()
  .then(({ version, port }) => console.log(`Cube ${version} listens on port ${port}`))
  .catch((error) => {
    console.error(error);
    process.exit(1);
  });
