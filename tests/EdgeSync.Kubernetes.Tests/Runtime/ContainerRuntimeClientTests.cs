using EdgeSync.Kubernetes.Runtime;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Kubernetes.Tests.Runtime;

/// <summary>Against a real containerd and a real docker-registry.</summary>
public sealed class ContainerRuntimeClientTests(ContainerdFixture containerd) : IClassFixture<ContainerdFixture>, IDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));

    [PeerFact]
    public async Task GetVersion_Containerd_SaysWhoAnswers()
    {
        using var client = containerd.CreateClient();

        var version = await client.GetVersionAsync(_limit.Token);

        Assert.Equal("containerd", version.Name);
        Assert.NotEmpty(version.Version);
        Assert.Equal("v1", version.Api);
    }

    [PeerFact]
    public async Task PullImage_OriginThatDoesNotExist_ComesFromTheMirrorAndIsFound()
    {
        const string Reference = "registry.shop.invalid/shop/web:1";
        await SmallImage.PushAsync(containerd.Registry, "shop/web", "1");
        using var client = containerd.CreateClient();

        Assert.Null(await client.FindImageAsync(Reference, _limit.Token));
        var id = await client.PullImageAsync(Reference, _limit.Token);
        var image = await client.FindImageAsync(Reference, _limit.Token);
        var all = await client.ListImagesAsync(_limit.Token);
        var again = await client.PullImageAsync(Reference, _limit.Token);

        Assert.NotNull(image);
        Assert.Equal(id, image.Id);
        Assert.Equal(id, again);
        Assert.Equal([Reference], image.Tags);
        Assert.StartsWith("registry.shop.invalid/shop/web@sha256:", Assert.Single(image.Digests), StringComparison.Ordinal);
        Assert.True(image.Size > 0);
        Assert.Contains(all, one => one.Id == id);
    }

    [PeerFact]
    public async Task PullImage_ManyAtATime_AllArrive()
    {
        var names = Enumerable.Range(0, 8).Select(number => $"many/image{number}").ToList();
        foreach (var name in names)
        {
            await SmallImage.PushAsync(containerd.Registry, name, "v1");
        }

        using var client = containerd.CreateClient();
        var ids = await Task.WhenAll(names.Select(name => client.PullImageAsync($"elsewhere.invalid/{name}:v1", _limit.Token)));

        Assert.Equal(names.Count, ids.Distinct().Count());
    }

    [PeerFact]
    public async Task PullImage_NowhereToBeFound_SaysTheRuntimesReason()
    {
        using var client = containerd.CreateClient();

        var failure = await Assert.ThrowsAsync<ContainerRuntimeException>(() => client.PullImageAsync("registry.shop.invalid/none:1", _limit.Token));

        Assert.Equal(ContainerRuntimeException.ImageNotStaged, failure.Reason);
        Assert.Equal("registry.shop.invalid/none:1", failure.Subject);
        Assert.NotNull(failure.Status);
        Assert.Contains("registry.shop.invalid", failure.Message, StringComparison.Ordinal);
        Assert.Equal(Disposition.Transient, failure.Disposition);
    }

    [PeerFact]
    public async Task PullImage_NoReference_IsRefusedByTheRuntime()
    {
        using var client = containerd.CreateClient();

        var failure = await Assert.ThrowsAsync<ContainerRuntimeException>(() => client.PullImageAsync("NOT A REFERENCE", _limit.Token));

        Assert.Equal(ContainerRuntimeException.ImageNotStaged, failure.Reason);
    }

    public void Dispose() => _limit.Dispose();
}
