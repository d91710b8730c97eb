// The app on the Flex Consumption plan, with its settings.

param suffix string
param location string
param tags object
param identityName string
param hostStorageName string
param dataStorageName string
param deploymentContainer string
param applicationInsightsName string
param maximumInstanceCount int

@description('Subnet for outgoing traffic; empty for none.')
param subnetId string

@description('Application id whose tokens the HTTP API asks for; empty asks for none.')
param entraClientId string

@description('Client ids of further applications whose tokens it accepts.')
param entraAllowedApplications array

param openAiAccount string

@description('First part of the account\'s address, which need not be its name.')
param openAiSubdomain string
param openAiResourceGroup string
param teacherDeployment string

@description('The model behind it, for its price and its room to think; empty where its answers have to say.')
param teacherModel string
param studentModel string
param runOptions string
param eventsWebhookUrl string

@secure()
param eventsWebhookSecret string

@secure()
param openAiWebhookSecret string

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource hostStorage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: hostStorageName
}

resource dataStorage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: dataStorageName
}

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

// docs/settings.md says what each of them means.
var settings = [
  { name: 'AzureWebJobsStorage__blobServiceUri', value: hostStorage.properties.primaryEndpoints.blob }
  { name: 'AzureWebJobsStorage__queueServiceUri', value: hostStorage.properties.primaryEndpoints.queue }
  { name: 'AzureWebJobsStorage__tableServiceUri', value: hostStorage.properties.primaryEndpoints.table }
  { name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }
  { name: 'AzureWebJobsStorage__clientId', value: identity.properties.clientId }
  { name: 'PLANSMITH_STORAGE__blobServiceUri', value: dataStorage.properties.primaryEndpoints.blob }
  { name: 'PLANSMITH_STORAGE__queueServiceUri', value: dataStorage.properties.primaryEndpoints.queue }
  { name: 'PLANSMITH_STORAGE__credential', value: 'managedidentity' }
  { name: 'PLANSMITH_STORAGE__clientId', value: identity.properties.clientId }
  { name: 'AZURE_CLIENT_ID', value: identity.properties.clientId }
  { name: 'AZURE_OPENAI_ENDPOINT', value: 'https://${openAiSubdomain}.openai.azure.com' }
  { name: 'AZURE_OPENAI_SCOPE', value: 'https://cognitiveservices.azure.com/.default' }
  { name: 'AZURE_SUBSCRIPTION_ID', value: subscription().subscriptionId }
  { name: 'AZURE_RESOURCE_GROUP', value: openAiResourceGroup }
  { name: 'AZURE_OPENAI_ACCOUNT', value: openAiAccount }
  { name: 'TEACHER_DEPLOYMENT', value: teacherDeployment }
  { name: 'TEACHER_MODEL', value: teacherModel }
  { name: 'STUDENT_MODEL', value: studentModel }
  { name: 'RUN_OPTIONS', value: runOptions }
  { name: 'EVENTS_WEBHOOK_URL', value: eventsWebhookUrl }
  { name: 'EVENTS_WEBHOOK_SECRET', value: eventsWebhookSecret }
  { name: 'OPENAI_WEBHOOK_SECRET', value: openAiWebhookSecret }
  { name: 'CATALOG_TRIGGER', value: 'queue' }
  { name: 'FINETUNE_SCHEDULE', value: '0 */5 * * * *' }
  { name: 'FINETUNE_POLL_S', value: '60' }
  { name: 'RECONCILE_SCHEDULE', value: '0 */5 * * * *' }
  { name: 'RECONCILE_STALL_S', value: '900' }
  { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: applicationInsights.properties.ConnectionString }
  { name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING', value: 'ClientId=${identity.properties.clientId};Authorization=AAD' }
  { name: 'PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY', value: 'true' }
  { name: 'PYTHON_APPLICATIONINSIGHTS_LOGGER_NAME', value: 'plansmith' }
  { name: 'OTEL_PYTHON_DISABLED_INSTRUMENTATIONS', value: 'azure_sdk,django,fastapi,flask,httpx,psycopg2,requests,urllib,urllib3' }
]

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: 'plan-${suffix}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: 'func-${suffix}'
  location: location
  tags: union(tags, { 'azd-service-name': 'plansmith' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    keyVaultReferenceIdentity: identity.id
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${hostStorage.properties.primaryEndpoints.blob}${deploymentContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      runtime: { name: 'python', version: '3.13' }
      scaleAndConcurrency: {
        instanceMemoryMB: 2048
        maximumInstanceCount: maximumInstanceCount
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      appSettings: settings
    }
  }
}

// Deployments sign in by Entra alone: no publishing passwords.
resource noFtpPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: app
  name: 'ftp'
  properties: { allow: false }
}

resource noScmPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
}

resource signIn 'Microsoft.Web/sites/config@2024-11-01' = if (!empty(entraClientId)) {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true }
    globalValidation: {
      requireAuthentication: true
      // A browser is sent to the login page; a call with a bearer token that is missing or wrong gets 401.
      unauthenticatedClientAction: 'RedirectToLoginPage'
      redirectToProvider: 'azureactivedirectory'
      excludedPaths: ['/api/health', '/api/webhooks/fine-tuning']
    }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: entraClientId
          // Tokens of version 2: the registration asks for them (docs/operations.md, "Sign-in for the API").
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
        }
        validation: {
          allowedAudiences: [entraClientId, 'api://${entraClientId}']
          // Without a list every application of the tenant gets in.
          defaultAuthorizationPolicy: { allowedApplications: union([entraClientId], entraAllowedApplications) }
        }
      }
    }
    login: { tokenStore: { enabled: false } }
  }
}

output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
