// A virtual network: one subnet for the app's outgoing traffic, one for the private endpoints it reaches.

param suffix string
param location string
param tags object
param hostStorageName string
param dataStorageName string
param accountName string
param accountGroup string

resource hostStorage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: hostStorageName
}

resource dataStorage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: dataStorageName
}

resource account 'Microsoft.CognitiveServices/accounts@2025-09-01' existing = {
  scope: resourceGroup(accountGroup)
  name: accountName
}

var storageSuffix = environment().suffixes.storage
var zones = [
  'privatelink.blob.${storageSuffix}'
  'privatelink.queue.${storageSuffix}'
  'privatelink.table.${storageSuffix}'
  'privatelink.openai.azure.com'
  'privatelink.cognitiveservices.azure.com'
  'privatelink.services.ai.azure.com'
]
var endpoints = [
  { name: 'host-blob', target: hostStorage.id, group: 'blob', zones: [0] }
  { name: 'host-queue', target: hostStorage.id, group: 'queue', zones: [1] }
  { name: 'host-table', target: hostStorage.id, group: 'table', zones: [2] }
  { name: 'data-blob', target: dataStorage.id, group: 'blob', zones: [0] }
  { name: 'data-queue', target: dataStorage.id, group: 'queue', zones: [1] }
  { name: 'model', target: account.id, group: 'account', zones: [3, 4, 5] }
]

resource network 'Microsoft.Network/virtualNetworks@2025-05-01' = {
  name: 'vnet-${suffix}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.0.0.0/16'] }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: '10.0.0.0/24'
          delegations: [
            {
              name: 'flex-consumption'
              properties: { serviceName: 'Microsoft.App/environments' }
            }
          ]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: '10.0.1.0/24'
          privateEndpointNetworkPolicies: 'Disabled'
        }
      }
    ]
  }

  resource appSubnet 'subnets' existing = {
    name: 'app'
  }

  resource endpointSubnet 'subnets' existing = {
    name: 'endpoints'
  }
}

resource privateZones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for zone in zones: {
    name: zone
    location: 'global'
    tags: tags
  }
]

resource zoneLinks 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (zone, i) in zones: {
    parent: privateZones[i]
    name: 'link-${suffix}'
    location: 'global'
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: network.id }
    }
  }
]

// One after another: endpoints of the same account at the same time refuse each other.
@batchSize(1)
resource privateEndpoints 'Microsoft.Network/privateEndpoints@2025-05-01' = [
  for endpoint in endpoints: {
    name: 'pe-${endpoint.name}-${suffix}'
    location: location
    tags: tags
    properties: {
      subnet: { id: network::endpointSubnet.id }
      privateLinkServiceConnections: [
        {
          name: endpoint.name
          properties: {
            privateLinkServiceId: endpoint.target
            groupIds: [endpoint.group]
          }
        }
      ]
    }
  }
]

@batchSize(1)
resource zoneGroups 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-05-01' = [
  for (endpoint, i) in endpoints: {
    parent: privateEndpoints[i]
    name: 'default'
    dependsOn: [privateZones]
    properties: {
      privateDnsZoneConfigs: [
        for zone in endpoint.zones: {
          name: 'zone-${zone}'
          properties: { privateDnsZoneId: resourceId('Microsoft.Network/privateDnsZones', zones[zone]) }
        }
      ]
    }
  }
]

output appSubnetId string = network::appSubnet.id
