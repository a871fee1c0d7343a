// Promscope's dashboards, recording rules and alerts as a monitoring mixin. They are the files of
// grafana/dashboards and prometheus/rules themselves: nothing is written twice.
{
  grafanaDashboards+:: {
    [name + '.json']: boards[name]
    for name in std.objectFields(boards)
  },
  prometheusRules+:: std.parseYaml(importstr '../rules/recording.yml'),
  prometheusAlerts+:: std.parseYaml(importstr '../rules/alerts.yml'),

  // Imports need literal names.
  local boards = {
    'promscope-alerts': import '../../grafana/dashboards/promscope-alerts.json',
    'promscope-audit': import '../../grafana/dashboards/promscope-audit.json',
    'promscope-changes': import '../../grafana/dashboards/promscope-changes.json',
    'promscope-container': import '../../grafana/dashboards/promscope-container.json',
    'promscope-fleet': import '../../grafana/dashboards/promscope-fleet.json',
    'promscope-host': import '../../grafana/dashboards/promscope-host.json',
    'promscope-itself': import '../../grafana/dashboards/promscope-itself.json',
    'promscope-network': import '../../grafana/dashboards/promscope-network.json',
    'promscope-process': import '../../grafana/dashboards/promscope-process.json',
    'promscope-topology': import '../../grafana/dashboards/promscope-topology.json',
  },
}
