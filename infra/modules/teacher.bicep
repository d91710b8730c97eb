// The teacher deployment, what the app may do on the account that holds it, and under which name that answers.

param accountName string
param appPrincipalId string
param deploy bool
param deploymentName string
param modelName string
param modelVersion string
param skuName string
param capacity int

resource account 'Microsoft.CognitiveServices/accounts@2025-09-01' existing = {
  name: accountName
}

resource deployment 'Microsoft.CognitiveServices/accounts/deployments@2025-09-01' = if (deploy) {
  parent: account
  name: deploymentName
  sku: { name: skuName, capacity: capacity }
  properties: {
    model: { format: 'OpenAI', name: modelName, version: modelVersion }
    versionUpgradeOption: 'NoAutoUpgrade'
  }
}

// Cognitive Services OpenAI Contributor: ask the teacher, upload files, fine-tune, deploy the student.
resource appOnAccount 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account
  name: guid(account.id, appPrincipalId, 'a001fd3d-188f-4b5d-821b-7da978bf7442')
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      'a001fd3d-188f-4b5d-821b-7da978bf7442'
    )
  }
}

output subdomain string = account.properties.customSubDomainName
