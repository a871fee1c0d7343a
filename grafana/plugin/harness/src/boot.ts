/** What Grafana's server writes into its page before any script runs. */

Object.assign(window, { grafanaBootData: { settings: { appSubUrl: '', featureToggles: {} }, user: {}, navTree: [] } });
