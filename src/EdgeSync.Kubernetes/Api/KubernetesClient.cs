using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;

namespace EdgeSync.Kubernetes.Api;

/// <summary>
/// The client of one API server, for objects of any kind. Every method throws <see cref="KubernetesApiException"/> when the cluster cannot be
/// reached or refuses; its <see cref="EdgeSyncException.Disposition"/> says whether to try again. Safe for use by several threads.
/// </summary>
public sealed class KubernetesClient : IDisposable
{
    private readonly ApiConnection _connection;
    private readonly ResourceDiscovery _discovery;
    private readonly PagedList _lists;
    private readonly ApplyRefusal _refusal;
    private readonly KubernetesClientOptions _options;
    private readonly TimeProvider _time;

    /// <summary>A client for the kubeconfig's cluster; nothing is sent yet.</summary>
    public KubernetesClient(Kubeconfig config, KubernetesClientOptions options, TimeProvider time, RetryPolicy retries)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _time = time;
        _connection = new ApiConnection(config, options, time, retries);
        _discovery = new ResourceDiscovery(_connection);
        _lists = new PagedList(_connection, options.PageSize);
        _refusal = new ApplyRefusal(_connection, options);
    }

    /// <summary>The number of requests sent so far; each retry counts.</summary>
    public long RequestCount => _connection.Requests;

    internal string FieldManager => _options.FieldManager;

    internal ApiConnection Connection => _connection;

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    /// <summary>The cluster's version, as <c>v1.31.4+k3s1</c>.</summary>
    public async Task<string> GetVersionAsync(CancellationToken cancellationToken)
    {
        var (_, answer) = await _connection.SendAsync(new ApiRequest(HttpMethod.Get, "/version", "the cluster's version"), cancellationToken);
        return answer.Text("gitVersion") ?? throw ApiFailures.Unreadable("the cluster's version", "it has no gitVersion");
    }

    /// <summary>Whether the API server reports that it is ready. One that does not allow the question counts as ready.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _connection.OpenAsync(new ApiRequest(HttpMethod.Get, "/readyz", "the API server's readiness"), cancellationToken);
            return true;
        }
        catch (KubernetesApiException failure)
        {
            return failure.StatusCode is >= 400 and < 500;
        }
    }

    /// <summary>Where this kind is served, or null if the cluster does not know it. Cached; asks again for what is not known.</summary>
    public Task<ResourceType?> FindTypeAsync(string apiVersion, string kind, CancellationToken cancellationToken) =>
        _discovery.FindAsync(apiVersion, kind, cancellationToken);

    /// <summary>Where this kind of a group is served in the preferred version, or null.</summary>
    public Task<ResourceType?> FindPreferredTypeAsync(string group, string kind, CancellationToken cancellationToken) =>
        _discovery.FindPreferredAsync(group, kind, cancellationToken);

    /// <summary>Forgets which kinds are served; call it after CRDs changed.</summary>
    public void RefreshDiscovery() => _discovery.Invalidate();

    /// <summary>The live object, or null if there is none (or its kind is not served).</summary>
    public async Task<JsonObject?> GetAsync(ObjectId id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (await FindTypeAsync(id.ApiVersion, id.Kind, cancellationToken) is not { } type)
        {
            return null;
        }

        try
        {
            var (_, live) = await _connection.SendAsync(new ApiRequest(HttpMethod.Get, type.Path(id.Namespace, id.Name), id.ToString()), cancellationToken);
            return live;
        }
        catch (KubernetesApiException failure) when (failure.IsOfNoObject)
        {
            // Unless the kind has gone, nobody knows whether the object is there.
            if (await _discovery.HasGoneAsync(type, cancellationToken))
            {
                return null;
            }

            throw;
        }
        catch (KubernetesApiException failure) when (failure.StatusCode == 404)
        {
            return null;
        }
    }

    /// <summary>All objects of a kind that match, its pages put together.</summary>
    public async Task<ObjectList> ListAsync(ResourceType type, ListSelection selection, CancellationToken cancellationToken)
    {
        var (items, version) = await ReadListAsync(type, selection, item => item, cancellationToken);
        return new ObjectList(items, version);
    }

    /// <summary>
    /// What <paramref name="read"/> makes of each object of a kind that matches, nothing where the kind has gone; only one page of the objects is in memory at
    /// a time.
    /// </summary>
    internal async Task<(List<T> Items, string ResourceVersion)> ReadListAsync<T>(
        ResourceType type, ListSelection selection, Func<JsonObject, T> read, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(selection);
        try
        {
            return await _lists.ReadAsync(type, selection, read, cancellationToken);
        }
        catch (KubernetesApiException failure) when (failure.IsOfNoObject)
        {
            if (await _discovery.HasGoneAsync(type, cancellationToken))
            {
                return ([], "");
            }

            throw;
        }
    }

    /// <summary>Server-side apply. Gives the object as it is now (or would be), and whether it was created.</summary>
    public async Task<(JsonObject Live, bool IsNew)> ApplyAsync(KubernetesObject desired, ApplyMode mode, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(desired);
        ArgumentNullException.ThrowIfNull(mode);
        var type = await FindTypeAsync(desired.ApiVersion, desired.Kind, cancellationToken) ?? throw ApiFailures.UnknownKind(desired.Id);
        if (type.IsNamespaced && desired.Namespace is null)
        {
            throw new KubernetesApiException(ApiReasons.ObjectInvalid, $"{desired.Id}: the object needs a namespace")
            {
                Subject = desired.Id.ToString(),
                Disposition = Disposition.Stalled,
            };
        }

        try
        {
            var (status, live) = await _connection.SendAsync(_refusal.ApplyRequestFor(type, desired, mode), cancellationToken);
            return (live, status == HttpStatusCode.Created);
        }
        catch (KubernetesApiException failure) when (UncertainWrite.Is(failure) && !mode.DryRun)
        {
            if (await LookAgainAsync(desired.Id, cancellationToken) is not (true, { } live) || !UncertainWrite.IsApplied(desired.Json, live))
            {
                throw;
            }

            return (live, false);
        }
        catch (KubernetesApiException failure) when (failure.IsOfNoObject)
        {
            throw await _discovery.HasGoneAsync(type, cancellationToken) ? ApiFailures.UnknownKind(desired.Id) : failure;
        }
        catch (KubernetesApiException refusal)
        {
            var explained = await _refusal.ExplainAsync(refusal, type, desired, mode, cancellationToken);
            if (ReferenceEquals(explained, refusal))
            {
                throw;
            }

            throw explained;
        }
    }

    /// <summary>Changes the object by a JSON patch (a list of operations) or a merge patch. Gives it as it is now, or would be.</summary>
    internal Task<JsonObject> PatchAsync(ObjectId id, JsonNode patch, bool dryRun, CancellationToken cancellationToken) => PatchAsync(id, patch, dryRun, isOwn: false, cancellationToken);

    /// <summary>The same; <paramref name="isOwn"/>: as the agent itself where others are sent as a service account.</summary>
    internal async Task<JsonObject> PatchAsync(ObjectId id, JsonNode patch, bool dryRun, bool isOwn, CancellationToken cancellationToken)
    {
        var type = await FindTypeAsync(id.ApiVersion, id.Kind, cancellationToken) ?? throw ApiFailures.UnknownKind(id);
        var query = $"?fieldManager={Uri.EscapeDataString(_options.FieldManager)}{(dryRun ? "&dryRun=All" : "")}";
        var (_, live) = await _connection.SendAsync(
            new ApiRequest(HttpMethod.Patch, type.Path(id.Namespace, id.Name) + query, id.ToString())
            {
                Body = patch,
                IsOwn = isOwn,
                ContentType = patch is JsonArray ? "application/json-patch+json" : "application/merge-patch+json",
            },
            cancellationToken);
        return live;
    }

    /// <summary>Deletes the object if it still has this uid. Returns false if it is gone or another object has its name now.</summary>
    public async Task<bool> DeleteAsync(ObjectId id, string uid, Propagation propagation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentException.ThrowIfNullOrEmpty(uid);
        if (await FindTypeAsync(id.ApiVersion, id.Kind, cancellationToken) is not { } type)
        {
            return false;
        }

        var request = new ApiRequest(HttpMethod.Delete, type.Path(id.Namespace, id.Name), id.ToString())
        {
            Body = new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "DeleteOptions",
                ["propagationPolicy"] = propagation.ToString(),
                ["preconditions"] = new JsonObject { ["uid"] = uid },
            },
        };
        try
        {
            await _connection.SendAsync(request, cancellationToken);
            return true;
        }
        catch (KubernetesApiException failure) when (failure.Reason == ApiReasons.ObjectConflict
            || (failure.StatusCode == 404 && failure.Reason != ApiReasons.ClusterError))
        {
            return false;
        }
        catch (KubernetesApiException failure) when (UncertainWrite.Is(failure))
        {
            if (await LookAgainAsync(id, cancellationToken) is not (true, var live) || !UncertainWrite.IsDeleted(uid, live))
            {
                throw;
            }

            return true;
        }
    }

    /// <summary>
    /// Follows changes from a resource version on, bookmarks included, until the API server ends the watch, which is normal. A version that
    /// is too old is a failure with the reason <see cref="ApiReasons.ResourceExpired"/>: list again.
    /// </summary>
    public async IAsyncEnumerable<WatchEvent> WatchAsync(
        ResourceType type, ListSelection selection, string resourceVersion, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(selection);
        var path = $"{type.Path(selection.Namespace)}?watch=true&allowWatchBookmarks=true&timeoutSeconds={(int)_options.WatchDuration.TotalSeconds}"
            + $"&resourceVersion={Uri.EscapeDataString(resourceVersion)}{selection.Query}";
        var request = new ApiRequest(HttpMethod.Get, path, $"watch of {type.Plural}") { Accept = selection.WatchAccept };

        // The API server ends the watch; the deadline only covers a server that has died without closing the connection.
        using var deadline = new CancellationTokenSource(_options.WatchDuration + _options.RequestTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        using var response = await _connection.OpenAsync(request, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var events = WatchStream.ReadAsync(stream, request.Subject, _options.MaxWatchLineBytes, both.Token).GetAsyncEnumerator(cancellationToken);
        await using (events)
        {
            while (await MoveNextAsync(events, request.Subject, deadline.Token, cancellationToken))
            {
                var change = events.Current;
                change.Live["apiVersion"] = type.ApiVersion;
                change.Live["kind"] = type.Kind;
                yield return change;
            }
        }
    }

    private async Task<(bool IsKnown, JsonObject? Live)> LookAgainAsync(ObjectId id, CancellationToken cancellationToken)
    {
        try
        {
            return (true, await GetAsync(id, cancellationToken));
        }
        catch (KubernetesApiException)
        {
            return (false, null);
        }
    }

    private async ValueTask<bool> MoveNextAsync(
        IAsyncEnumerator<WatchEvent> events, string subject, CancellationToken deadline, CancellationToken cancellationToken)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw ApiFailures.Timeout(subject, _options.WatchDuration);
        }
    }
}
