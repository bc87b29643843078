using EdgeSync.Benchmarks.Measuring;
using EdgeSync.Benchmarks.Processes;
using EdgeSync.Benchmarks.Sites;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.Benchmarks.Subjects;

/// <summary>What a large delivery takes, compared with a program that only copies the same bundle.</summary>
internal sealed class PeakBenchmark : IBenchmark
{
    private const int ImageBytes = 200_000_000;
    private const double Mebibyte = 1024 * 1024;

    public string Name => "peak";

    public string Title => "a delivery with an image of 200 MB";

    public async Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var site = await context.GetSiteAsync(cancellationToken);
        var run = new ReleaseRun(site);
        BenchContext.Say("building, pushing and releasing a bundle with an image of 200 MB");
        ProcessMemory.ForgetPeak(site.ProcessId);
        var cpu = ProcessTimes.ReadCpu(site.ProcessId);
        await run.PublishAsync(new ShopVersion("4.0.0") { PaddingBytes = ImageBytes }, cancellationToken);
        await site.Hq.SendCommandAsync(site.Configuration.Fleet, site.Configuration.Site, cancellationToken: cancellationToken);
        var before = site.RegistryLink.Read();
        await run.AwaitAcknowledgedAsync(cancellationToken);
        var peak = ProcessMemory.ReadPeak(site.ProcessId);
        var cpuUsed = ProcessTimes.ReadCpu(site.ProcessId) - cpu;
        var fetched = site.RegistryLink.Read() - before;
        var staged = run.At("staged") - run.At("received");

        BenchContext.Say("copying the same bundle by oras");
        var oras = await PeerTool.OrasAsync(cancellationToken);
        var reference = $"{site.Delivery.BundleRepository}@{run.Digest}";
        var copy = await ObservedRun.RunAsync(
            oras.Path, ["copy", "--recursive", "--from-plain-http", "--to-oci-layout", reference, $"{site.Session["oras-copy"]}:peer"], cancellationToken);
        return new Findings(
            new Measurement("peak memory (VmHWM), edgesync run", $"{peak / Mebibyte:0.0} MiB"),
            new Measurement("peak memory (VmHWM), oras copy (peer)", $"{copy.PeakMemory / Mebibyte:0.0} MiB"),
            new Measurement("peak memory, edgesync / oras", $"{(double)peak / copy.PeakMemory:0.00}"),
            new Measurement("discovered to staged, edgesync", $"{staged.TotalSeconds:0.00} s"),
            new Measurement("oras copy to a layout (peer)", $"{copy.Elapsed.TotalSeconds:0.00} s"),
            new Measurement("time, edgesync / oras", $"{staged / copy.Elapsed:0.00}"),
            new Measurement("CPU of edgesync for the whole delivery", $"{cpuUsed.TotalSeconds:0.0} s"))
        {
            Notes =
            [
                $"{fetched.Payload / 1e6:0.0} MB came from the registry. EdgeSync's time is from the acknowledgement *received* to *staged*: fetch, digest while writing, signature, flush to disk, and containerd's pull of the image through the mirror with its unpacking. oras only fetches, hashes and writes, from the same registry through the same forwarder, without a flush; the ratio of times is therefore no race of equals. Both peaks are the kernel's VmHWM. One delivery and one copy: their times vary with the load of the moment.",
            ],
        };
    }
}
