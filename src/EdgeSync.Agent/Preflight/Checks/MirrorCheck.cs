using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Preflight.Checks;

/// <summary>The mirror on loopback answers as a registry.</summary>
internal sealed class MirrorCheck : ISiteCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public string Name => "mirror";

    public string Why => "The container runtime pulls images from the mirror; without it a removed image does not come back on the way.";

    public async Task<CheckFinding> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        var address = new Uri($"http://{context.Configuration.Mirror.Listen}/v2/");
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        try
        {
            using var answer = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return answer.IsSuccessStatusCode
                ? CheckFinding.Passed($"the mirror answers at {context.Configuration.Mirror.Listen}")
                : CheckFinding.Failed($"{address} answers {(int)answer.StatusCode}: another program has the mirror's port", "Set mirror.listen to a free port, run 'edgesync setup' and restart the container runtime.");
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            var why = failure is HttpRequestException ? FaultText.Describe(failure) : "no answer in time";
            return context.Status.Live == true
                ? CheckFinding.Failed($"the mirror does not answer at {context.Configuration.Mirror.Listen}: {why}", "'edgesync status' says why; another program may have the port.")
                : CheckFinding.Warned($"the mirror does not answer at {context.Configuration.Mirror.Listen}: {why}", "It answers while the agent runs.");
        }
    }
}
