// Asks for a run of a catalog that lies in the container `catalogs`: node ask.cjs shop.json
const { QueueClient } = require("@azure/storage-queue"); // npm install @azure/storage-queue

const catalog = process.argv[2];
const request = {
  catalog: `catalogs/${catalog}`,
  options: { samples: 200 },
  request_key: `node/${catalog}`, // the same key again is the same run
};
const queue = new QueueClient(process.env.PLANSMITH_STORAGE, "run-requests");
queue.sendMessage(JSON.stringify(request));
