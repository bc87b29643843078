using EdgeSync.Primitives;

namespace EdgeSync.Contracts.Messaging;

/// <summary>The MQTT topics of one site, <c>edgesync/v1/&lt;fleet&gt;/&lt;site&gt;/…</c>.</summary>
public sealed record SiteTopics
{
    /// <summary>What every topic begins with.</summary>
    public const string Root = "edgesync/v1";

    /// <summary>The topics of this site. Both names must be valid (<see cref="EntityName"/>).</summary>
    public SiteTopics(string fleet, string site)
    {
        if (!EntityName.IsValid(fleet) || !EntityName.IsValid(site))
        {
            throw new ArgumentException($"'{fleet}/{site}' is not a fleet and a site: {EntityName.Rule}");
        }

        Fleet = fleet;
        Site = site;
    }

    /// <summary>The fleet's name.</summary>
    public string Fleet { get; }

    /// <summary>The site's name.</summary>
    public string Site { get; }

    /// <summary>Site → HQ, QoS 1, retained, also the will.</summary>
    public string Presence => Topic("presence");

    /// <summary>Site → HQ, QoS 1, retained: the whole current status.</summary>
    public string Status => Topic("status");

    /// <summary>Site → HQ, QoS 1: ledger entries in order.</summary>
    public string Acknowledgements => Topic("acks");

    /// <summary>Site → HQ, QoS 1: what <see cref="CommandKind.SendDiff"/> asked for, signed by the ledger's key.</summary>
    public string Diff => Topic("diff");

    /// <summary>HQ → site, QoS 1, retained: the highest number that HQ has stored.</summary>
    public string Confirmed => Topic("confirmed");

    /// <summary>HQ → site, QoS 1, with an expiry: hints.</summary>
    public string Commands => Topic("commands");

    /// <summary>The filter by which HQ subscribes to one kind of topic of all sites, <paramref name="kind"/> being the last level.</summary>
    public static string FilterForAll(string kind) => $"{Root}/+/+/{kind}";

    /// <summary>Parses a topic. False when it is not a site's topic.</summary>
    public static bool TryParse(string topic, out SiteTopics? topics, out string kind)
    {
        ArgumentNullException.ThrowIfNull(topic);
        topics = null;
        kind = "";
        var levels = topic.Split('/');
        if (levels is not ["edgesync", "v1", var fleet, var site, var last] || !EntityName.IsValid(fleet) || !EntityName.IsValid(site))
        {
            return false;
        }

        topics = new SiteTopics(fleet, site);
        kind = last;
        return true;
    }

    private string Topic(string kind) => $"{Root}/{Fleet}/{Site}/{kind}";
}
