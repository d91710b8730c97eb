targetScope = 'subscription'

// ---- where ---------------------------------------------------------------------------------------------------------

@minLength(1)
@maxLength(40)
@description('Name of this installation; part of the names of everything in it.')
param environmentName string

@minLength(1)
@description('Region of everything but the model account, which may have its own.')
param location string

@description('Resource group to use; empty makes `rg-<environmentName>`.')
param resourceGroupName string = ''

// ---- who -----------------------------------------------------------------------------------------------------------

@description('Object id of whoever deploys, who may then use the data; empty grants nothing. azd fills it in.')
param principalId string = ''

@allowed(['User', 'Group', 'ServicePrincipal'])
@description('What `principalId` is. azd fills it in.')
param principalType string = 'User'

@description('Application (client) id of an Entra app registration; the HTTP API then asks for its tokens besides the function key.')
param entraClientId string = ''

@description('Client ids of the applications that may call the HTTP API besides the registration itself, with commas between.')
param entraAllowedApplications string = ''

// ---- the model service ---------------------------------------------------------------------------------------------

@description('Name of an existing Azure OpenAI or Foundry account in this subscription; empty makes a new one.')
param existingOpenAiAccount string = ''

@description('Resource group of the existing account; empty means this one.')
param existingOpenAiResourceGroup string = ''

@description('Region of a new model account; empty means `location`. Fine-tuning is not offered everywhere.')
param openAiLocation string = ''

@description('Make the teacher deployment; `false` when the existing account has one of that name.')
param deployTeacher bool = true

@description('Name of the teacher deployment.')
param teacherDeployment string = 'teacher'

@description('Model of the teacher deployment.')
param teacherModel string = 'gpt-5.1'

@description('Version of that model.')
param teacherModelVersion string = '2025-11-13'

@description('Kind of the teacher deployment.')
param teacherSku string = 'GlobalStandard'

@minValue(1)
@description('Quota of the teacher deployment, in thousand tokens a minute.')
param teacherCapacity int = 100

@description('Model that is fine-tuned when a run names none.')
param studentModel string = 'gpt-4.1-nano-2025-04-14'

@description('Where events go by HTTP, besides the queue run-events; empty for nowhere.')
param eventsWebhookUrl string = ''

@secure()
@description('Key Vault reference to what those calls are signed with.')
param eventsWebhookSecret string = ''

@secure()
@description('Key Vault reference to what the model service signs its webhooks with; empty where it sends none.')
param openAiWebhookSecret string = ''

// ---- the app -------------------------------------------------------------------------------------------------------

@minValue(1)
@maxValue(1000)
@description('Most instances the app may scale out to.')
param maximumInstanceCount int = 40

@description('This installation\'s defaults of the run options.')
param runOptions object = {}

@description('Redundancy of the data: Standard_LRS, or Standard_ZRS where the region has zones.')
param dataStorageSku string = 'Standard_LRS'

@minValue(7)
@description('Days without a change after which the working state of a run is deleted.')
param runsRetentionDays int = 90

@description('Put storage, model account and app into a virtual network with private endpoints; needs the provider Microsoft.App.')
param vnetEnabled bool = false

// ---- watching it ---------------------------------------------------------------------------------------------------

@description('Who is told of alerts, by e-mail; empty makes the alerts without telling anybody. A budget needs it.')
param alertEmail string = ''

@minValue(0)
@description('Monthly budget of the resource group in the currency of the subscription; 0 for none.')
param monthlyBudget int = 0

@description('First day of the month in which the budget starts, yyyy-MM-01; empty means this month. It can never be changed.')
param budgetStart string = ''

@description('Do not set: the time of the deployment.')
param now string = utcNow('yyyy-MM-01')

var tags = { 'azd-env-name': environmentName }
var suffix = toLower(uniqueString(subscription().id, environmentName, location))
var groupName = empty(resourceGroupName) ? 'rg-${environmentName}' : resourceGroupName
var newAccount = empty(existingOpenAiAccount)
var accountName = newAccount ? 'oai-${suffix}' : existingOpenAiAccount
var accountGroup = newAccount || empty(existingOpenAiResourceGroup) ? groupName : existingOpenAiResourceGroup
var firstMonth = empty(budgetStart) ? now : budgetStart
var budgetContact = monthlyBudget > 0 && empty(alertEmail) ? fail('A budget needs somebody to tell: set ALERT_EMAIL.') : alertEmail

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: groupName
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: {
    name: 'id-${suffix}'
    location: location
    tags: tags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    suffix: suffix
    location: location
    tags: tags
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    suffix: suffix
    location: location
    tags: tags
    dataSku: dataStorageSku
    runsRetentionDays: runsRetentionDays
    publicAccess: !vnetEnabled
  }
}

module account 'modules/openai.bicep' = if (newAccount) {
  scope: group
  params: {
    name: accountName
    location: empty(openAiLocation) ? location : openAiLocation
    tags: tags
    publicAccess: !vnetEnabled
  }
}

module teacher 'modules/teacher.bicep' = {
  scope: resourceGroup(accountGroup)
  dependsOn: [account]
  params: {
    accountName: accountName
    appPrincipalId: identity.outputs.principalId
    deploy: deployTeacher
    deploymentName: teacherDeployment
    modelName: teacherModel
    modelVersion: teacherModelVersion
    skuName: teacherSku
    capacity: teacherCapacity
  }
}

module roles 'modules/roles.bicep' = {
  scope: group
  params: {
    hostStorageName: storage.outputs.hostName
    dataStorageName: storage.outputs.dataName
    applicationInsightsName: monitoring.outputs.applicationInsightsName
    appPrincipalId: identity.outputs.principalId
    principalId: principalId
    principalType: principalType
  }
}

// After the teacher: an account that is still busy with a deployment refuses a private endpoint.
module network 'modules/network.bicep' = if (vnetEnabled) {
  scope: group
  params: {
    suffix: suffix
    location: location
    tags: tags
    hostStorageName: storage.outputs.hostName
    dataStorageName: storage.outputs.dataName
    accountName: accountName
    accountGroup: accountGroup
  }
  dependsOn: [teacher]
}

module events 'modules/events.bicep' = {
  scope: group
  params: {
    name: 'evgt-${suffix}'
    location: location
    tags: tags
    storageName: storage.outputs.dataName
    deadLetterContainer: storage.outputs.deadLetterContainer
  }
}

module functions 'modules/functions.bicep' = {
  scope: group
  params: {
    suffix: suffix
    location: location
    tags: tags
    identityName: identity.outputs.name
    hostStorageName: storage.outputs.hostName
    dataStorageName: storage.outputs.dataName
    deploymentContainer: storage.outputs.deploymentContainer
    applicationInsightsName: monitoring.outputs.applicationInsightsName
    maximumInstanceCount: maximumInstanceCount
    subnetId: vnetEnabled ? network!.outputs.appSubnetId : ''
    entraClientId: entraClientId
    entraAllowedApplications: empty(entraAllowedApplications) ? [] : split(entraAllowedApplications, ',')
    openAiAccount: accountName
    openAiSubdomain: teacher.outputs.subdomain
    openAiResourceGroup: accountGroup
    teacherDeployment: teacherDeployment
    teacherModel: deployTeacher ? teacherModel : ''
    studentModel: studentModel
    eventsWebhookUrl: eventsWebhookUrl
    eventsWebhookSecret: eventsWebhookSecret
    openAiWebhookSecret: openAiWebhookSecret
    runOptions: empty(runOptions) ? '' : string(runOptions)
  }
  dependsOn: [roles]
}

// After the app, so that the sender role of the topic has had minutes to take effect.
module uploads 'modules/uploads.bicep' = {
  scope: group
  params: {
    topicName: events.outputs.topicName
    storageName: storage.outputs.dataName
    deadLetterContainer: storage.outputs.deadLetterContainer
  }
  dependsOn: [functions]
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    suffix: suffix
    location: location
    tags: tags
    applicationInsightsName: monitoring.outputs.applicationInsightsName
    email: budgetContact
    monthlyBudget: monthlyBudget
    budgetStart: firstMonth
  }
}

module workbook 'modules/workbook.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    applicationInsightsName: monitoring.outputs.applicationInsightsName
  }
}

output AZURE_RESOURCE_GROUP string = groupName
output AZURE_FUNCTION_APP_NAME string = functions.outputs.name
output PLANSMITH_URL string = functions.outputs.url
output PLANSMITH_STORAGE_ACCOUNT string = storage.outputs.dataName
output AZURE_OPENAI_ACCOUNT string = accountName
output AZURE_OPENAI_RESOURCE_GROUP string = accountGroup
output TEACHER_DEPLOYMENT string = teacherDeployment

// The start of a budget cannot be changed: azd keeps this in the environment, so that the next provision gives the same.
output BUDGET_START string = monthlyBudget > 0 ? firstMonth : budgetStart
