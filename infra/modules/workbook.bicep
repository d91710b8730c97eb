// A page of charts: outcomes, tokens and cost, refused calls, age of messages, what failed.

param location string
param tags object
param applicationInsightsName string

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'plansmith-workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Plansmith'
    category: 'workbook'
    sourceId: applicationInsights.id
    serializedData: loadTextContent('../workbook.json')
  }
}
