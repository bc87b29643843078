namespace EdgeSync.Kubernetes.Tests.Api;

[CollectionDefinition(ApiServer.Collection)]
#pragma warning disable CA1711 // xunit's word for it.
public sealed class ApiServerCollection : ICollectionFixture<ApiServer>;
#pragma warning restore CA1711
