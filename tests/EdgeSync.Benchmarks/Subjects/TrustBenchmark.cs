using EdgeSync.Benchmarks.Measuring;
using EdgeSync.Benchmarks.Processes;
using EdgeSync.Benchmarks.Trust;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Registries;

namespace EdgeSync.Benchmarks.Subjects;

/// <summary>What a verdict costs, from the start of the process, compared with the programs that made the signatures.</summary>
internal sealed class TrustBenchmark : IBenchmark
{
    private const double Mebibyte = 1024 * 1024;
    private const double TimeAim = 10;
    private const double MemoryAim = 5;

    public string Name => "trust";

    public string Title => "from start to verdict";

    public async Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        await using var session = await TestbedSession.StartAsync(cancellationToken);
        await using var registry = await RegistryServer.StartAsync(session, null, cancellationToken);
        BenchContext.Say("signing an image in each format with cosign 2, cosign 3 and notation");
        var images = new SignedImages(session, registry);
        var measurements = new List<Measurement>();
        foreach (var image in await images.SignAsync(cancellationToken))
        {
            BenchContext.Say($"verifying {image.Format}, {context.Options.Runs} times each, in turn");
            List<ObservedRun> own = [], peer = [];
            for (var run = 0; run < context.Options.Runs; run++)
            {
                own.Add(await ObservedRun.RunAsync(
                    context.Program.Path, ["verify", image.Reference, "--plain-http", "--policy", image.Policy], cancellationToken, images.Home));
                peer.Add(await ObservedRun.RunAsync(image.PeerProgram, [.. image.PeerArguments, image.Reference], cancellationToken, images.Home));
            }

            measurements.AddRange(Compare(image, own, peer));
            measurements.Add(new($"{image.Format}: verdicts in a running process", $"{await VerdictRate.MeasureAsync(image, cancellationToken):0} a second"));
        }

        return new Findings([.. measurements])
        {
            Notes =
            [
                "From before `fork` and `exec` until the process has ended, with the image's manifest and its signatures fetched from a real registry on loopback each time, as both sides do; files are warm. Peak memory is the kernel's VmHWM. Both sides check the signature with the same key or root, and neither asks a transparency log.",
                "Verdicts in a running process: by the site's own code, compiled just in time, on one thread, of signatures that are in memory.",
            ],
        };
    }

    private static IEnumerable<Measurement> Compare(SignedImage image, List<ObservedRun> own, List<ObservedRun> peer)
    {
        Samples Milliseconds(List<ObservedRun> runs) => new(runs.Select(run => run.Elapsed.TotalMilliseconds));
        Samples Peaks(List<ObservedRun> runs) => new(runs.Select(run => run.PeakMemory / Mebibyte));
        Samples ownTime = Milliseconds(own), peerTime = Milliseconds(peer), ownPeak = Peaks(own), peerPeak = Peaks(peer);
        yield return new($"{image.Format}: edgesync verify", ownTime.Describe("ms"));
        yield return new($"{image.Format}: {image.Peer}", peerTime.Describe("ms"));
        yield return AtLeast($"{image.Format}: faster by", peerTime.Median / ownTime.Median, TimeAim);
        yield return new($"{image.Format}: peak memory", $"{ownPeak.Median:0.0} MiB, the peer {peerPeak.Median:0.0} MiB");
        yield return AtLeast($"{image.Format}: smaller by", peerPeak.Median / ownPeak.Median, MemoryAim);
    }

    private static Measurement AtLeast(string what, double factor, double aim) => new(what, $"{factor:0.0} times", $"≥ {aim:0} times", factor >= aim);
}
