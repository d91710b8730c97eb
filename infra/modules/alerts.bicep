// What somebody should look at: poison messages, failed runs, a service that keeps refusing, money.

param suffix string
param location string
param tags object
param applicationInsightsName string
param email string
param monthlyBudget int
param budgetStart string

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

var rules = [
  {
    name: 'poison-messages'
    title: 'Messages were given up on'
    description: 'A message failed eight times. See docs/operations.md, "A message is in a poison queue".'
    severity: 1
    minutes: 15
    query: 'traces | where message == "message_poisoned"'
    threshold: 0
  }
  {
    name: 'failed-runs'
    title: 'A run has failed'
    description: 'GET /api/runs/{run} says why. See docs/operations.md, "A run has failed".'
    severity: 2
    minutes: 15
    query: 'traces | where message == "run_failed"'
    threshold: 0
  }
  {
    name: 'refused-calls'
    title: 'The model service refuses many calls'
    description: 'More calls were refused (429) than the pacing expects. See docs/operations.md, "Runs are slow".'
    severity: 3
    minutes: 30
    query: 'customMetrics | where name == "plansmith.throttles" | extend calls = range(1, toint(valueSum)) | mv-expand calls'
    threshold: 200
  }
]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(email)) {
  name: 'ag-${suffix}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'plansmith'
    emailReceivers: [{ name: 'operator', emailAddress: email, useCommonAlertSchema: true }]
  }
}

resource queryAlerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: 'alert-${rule.name}-${suffix}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.title
      description: rule.description
      severity: rule.severity
      enabled: true
      scopes: [applicationInsights.id]
      evaluationFrequency: 'PT${rule.minutes}M'
      windowSize: 'PT${rule.minutes}M'
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: rule.threshold
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: empty(email) ? [] : [people.id] }
    }
  }
]

resource budget 'Microsoft.Consumption/budgets@2024-08-01' = if (monthlyBudget > 0) {
  name: 'budget-${suffix}'
  properties: {
    category: 'Cost'
    amount: monthlyBudget
    timeGrain: 'Monthly'
    timePeriod: { startDate: budgetStart }
    notifications: {
      actual: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: empty(email) ? [] : [email]
        contactRoles: ['Owner']
      }
      forecast: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: empty(email) ? [] : [email]
        contactRoles: ['Owner']
      }
    }
  }
}
