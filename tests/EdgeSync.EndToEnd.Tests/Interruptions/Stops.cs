using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.EndToEnd.Tests.Harness.Gates;

namespace EdgeSync.EndToEnd.Tests.Interruptions;

/// <summary>Where in the pipeline a site is to be stopped, said as the one request that it makes there.</summary>
internal static class Stops
{
    private const string Door = "/apis/shop.example.com/v1/namespaces/shop/doors/front";

    /// <summary>Asking for the channel's tag.</summary>
    public static GateStop InDiscover(GatedShop shop) =>
        shop.RegistryGate.Stop(request => request.Path.EndsWith("/releases/manifests/stable", StringComparison.Ordinal));

    /// <summary>Asking for the signatures of the bundle.</summary>
    public static GateStop InVerify(GatedShop shop, GatedDelivery delivery) => shop.RegistryGate.Stop(
        request => request.Path.EndsWith($"/shop/manifests/{delivery.Digest.Replace(':', '-')}.sig", StringComparison.Ordinal));

    /// <summary>With half of the content's blob here.</summary>
    public static GateStop InFetch(GatedShop shop, GatedDelivery delivery)
    {
        var layer = RegistryFiles.LayerOf(shop.Registry, delivery.Digest);
        var digest = Path.GetFileName(Path.GetDirectoryName(layer)!);
        return shop.RegistryGate.Stop(
            request => request.Method == "GET" && request.Path.EndsWith($"/shop/blobs/sha256:{digest}", StringComparison.Ordinal),
            GatePoint.Body,
            new FileInfo(layer).Length / 2);
    }

    /// <summary>With everything here, asking the cluster what would be pruned.</summary>
    public static GateStop InStage(GatedShop shop) => shop.ApiGate.Stop(request =>
        request.Query.Contains("labelSelector", StringComparison.Ordinal) && !request.Query.Contains("watch", StringComparison.Ordinal));

    /// <summary>Between two stages of objects: the pages are written, the door is not; or it is, and the site does not know.</summary>
    public static GateStop InApply(GatedShop shop, GatePoint point) => shop.ApiGate.Stop(Nth(1, request => request.IsWrite && request.Path == Door), point);

    /// <summary>All is written, and the door is looked at.</summary>
    public static GateStop InConfirm(GatedShop shop) => shop.ApiGate.Stop(LookAfterWrites(1));

    /// <summary>About to delete what the version before had; or it is deleted, and the site does not know.</summary>
    public static GateStop InPrune(GatedShop shop, GatePoint point) => shop.ApiGate.Stop(request => request.Method == "DELETE", point);

    /// <summary>The door is about to be written for the second time: back to what it was.</summary>
    public static GateStop InRollbackApply(GatedShop shop) => shop.ApiGate.Stop(Nth(2, request => request.IsWrite && request.Path == Door));

    /// <summary>All is written back, and the door is looked at.</summary>
    public static GateStop InRollbackConfirm(GatedShop shop) => shop.ApiGate.Stop(LookAfterWrites(2));

    /// <summary>About to delete what the failed version had added.</summary>
    public static GateStop InRollbackPrune(GatedShop shop) => InPrune(shop, GatePoint.Request);

    private static Func<GatedRequest, bool> Nth(int number, Func<GatedRequest, bool> isWanted)
    {
        var seen = 0;
        return request => isWanted(request) && Interlocked.Increment(ref seen) == number;
    }

    private static Func<GatedRequest, bool> LookAfterWrites(int number)
    {
        var writes = 0;
        return request =>
        {
            if (request.IsWrite && request.Path == Door)
            {
                Interlocked.Increment(ref writes);
            }

            return request.Method == "GET" && request.Path == Door && Volatile.Read(ref writes) == number;
        };
    }
}
