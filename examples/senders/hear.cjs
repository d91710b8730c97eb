// Reads what is on `run-events` and prints it, an event a line.
const { QueueClient } = require("@azure/storage-queue"); // npm install @azure/storage-queue

async function hear() {
  const queue = new QueueClient(process.env.PLANSMITH_STORAGE, "run-events");
  for (;;) {
    const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages: 32, visibilityTimeout: 60 });
    if (receivedMessageItems.length === 0) return;
    for (const message of receivedMessageItems) {
      const event = JSON.parse(message.messageText);
      console.log(event.id, event.type, event.subject); // act on each id once: it may come again
      await queue.deleteMessage(message.messageId, message.popReceipt);
    }
  }
}

hear();
