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

var refusedShare = '''
  customMetrics
  | where name in ("plansmith.throttles", "plansmith.attempts")
  | summarize refused = sumif(valueSum, name == "plansmith.throttles"), answered = sumif(valueSum, name == "plansmith.attempts")
  | where refused >= 20 and refused > 0.3 * (refused + answered)
'''
var rules = [
  {
    name: 'poison-messages'
    title: 'Messages were given up on'
    description: 'A message failed eight times. See docs/operations.md, "A message is in a poison queue".'
    severity: 1
    minutes: 15
    query: 'traces | where message == "message_poisoned"'
  }
  {
    name: 'failed-runs'
    title: 'A run has failed'
    description: 'GET /api/runs/{run} says why. See docs/operations.md, "A run has failed".'
    severity: 2
    minutes: 15
    query: 'traces | where message == "run_failed" or message == "reconcile_failed"'
  }
  {
    name: 'refused-calls'
    title: 'The model service refuses many calls'
    description: 'More than 30 % of the calls were refused (429). See docs/operations.md, "Runs are slow".'
    severity: 3
    minutes: 30
    query: refusedShare
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
            threshold: 0
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
        contactEmails: [email]
        contactRoles: ['Owner']
      }
      forecast: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: [email]
        contactRoles: ['Owner']
      }
    }
  }
}
