// Two accounts, neither with a usable key: the Functions host's own (package, locks, timers) and the data that people see.

param suffix string
param location string
param tags object

@description('Redundancy of the data account.')
param dataSku string

@description('Days without a change after which the working state of a run is deleted.')
param runsRetentionDays int

@description('Open to every network; otherwise to the virtual network and to trusted services alone.')
param publicAccess bool

// The names of shared/names.py and its queues.
var containers = ['catalogs', 'runs', 'datasets']
var workQueues = objectKeys(loadJsonContent('../../shared/queues.json'))
var queues = concat(workQueues, map(workQueues, name => '${name}-poison'), ['run-events'])
var packageContainer = 'deployment-package'
var deadLetterContainer = 'undelivered-events'
var softDeleteDays = 7

var accountProperties = {
  minimumTlsVersion: 'TLS1_2'
  supportsHttpsTrafficOnly: true
  allowSharedKeyAccess: false
  allowBlobPublicAccess: false
  allowCrossTenantReplication: false
  defaultToOAuthAuthentication: true
  // Closed by the rules below, not by `Disabled`: Event Grid delivers as a trusted service, which is a rule of the firewall.
  publicNetworkAccess: 'Enabled'
  networkAcls: {
    bypass: 'AzureServices'
    defaultAction: publicAccess ? 'Allow' : 'Deny'
  }
}

resource hostAccount 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: take('sthost${suffix}', 24)
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: accountProperties
}

resource hostBlobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: hostAccount
  name: 'default'
}

resource packages 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: hostBlobs
  name: packageContainer
}

resource dataAccount 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: take('stdata${suffix}', 24)
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: dataSku }
  properties: accountProperties
}

resource dataBlobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: dataAccount
  name: 'default'
  properties: {
    deleteRetentionPolicy: { enabled: true, days: softDeleteDays }
    containerDeleteRetentionPolicy: { enabled: true, days: softDeleteDays }
  }
}

resource dataContainers 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = [
  for name in containers: {
    parent: dataBlobs
    name: name
  }
]

// What Event Grid could not deliver to the queue.
resource undelivered 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: dataBlobs
  name: deadLetterContainer
}

resource dataQueueService 'Microsoft.Storage/storageAccounts/queueServices@2025-06-01' = {
  parent: dataAccount
  name: 'default'
}

resource dataQueues 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' = [
  for name in queues: {
    parent: dataQueueService
    name: name
  }
]

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01' = {
  parent: dataAccount
  name: 'default'
  dependsOn: [dataBlobs]
  properties: {
    policy: {
      rules: [
        {
          name: 'forget-old-runs'
          type: 'Lifecycle'
          enabled: true
          definition: {
            filters: { blobTypes: ['blockBlob', 'appendBlob'], prefixMatch: ['runs/'] }
            actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: runsRetentionDays } } }
          }
        }
      ]
    }
  }
}

output hostName string = hostAccount.name
output dataName string = dataAccount.name
output deploymentContainer string = packages.name
output deadLetterContainer string = undelivered.name
