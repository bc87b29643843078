using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Policies.Attestations;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Trust;

/// <summary>Reads <c>attestations</c> of a bundle rule.</summary>
internal sealed class AttestationReader(AuthorityList authorities, IReadOnlyList<TrustAuthority> signers)
{
    private const int MaxAttestations = 16;

    private static readonly string[] Kinds = ["provenance", "vulnerabilities", "sbom", "predicate"];

    public IReadOnlyList<AttestationRule> Read(YamlSection reader)
    {
        var rules = reader.Sections("attestations", ReadRule);
        reader.RefuseEmptyList("attestations");
        if (rules.Count > MaxAttestations)
        {
            reader.Fault("attestations", $"has {rules.Count}, more than {MaxAttestations}");
        }

        return [.. rules.OfType<AttestationRule>()];
    }

    private AttestationRule? ReadRule(YamlSection reader)
    {
        var given = Kinds.Where(reader.Has).ToList();
        if (given.Count != 1)
        {
            reader.Fault("", given.Count == 0
                ? $"asks for nothing; write one of {string.Join(", ", Kinds)}"
                : $"asks for {string.Join(" and ", given)}; give each an entry of its own");
        }

        AttestationCheck?[] checks =
        [
            reader.OptionalSection("provenance", ReadProvenance),
            reader.OptionalSection("vulnerabilities", ReadVulnerabilities),
            reader.OptionalSection("sbom", ReadBillOfMaterials),
            reader.OptionalSection("predicate", ReadPredicate),
        ];
        var signedBy = reader.Has("signedBy") ? authorities.Named(reader, "signedBy") : signers;
        var conditions = ConditionReader.Read(reader);
        return given.Count == 1 && checks.FirstOrDefault(check => check is not null) is { } check ? new AttestationRule(check, signedBy, conditions) : null;
    }

    private static AttestationCheck ReadProvenance(YamlSection reader) =>
        new ProvenanceCheck(PatternText.ReadList(reader, "builders"), PatternText.ReadList(reader, "sources"));

    private static AttestationCheck ReadVulnerabilities(YamlSection reader)
    {
        TimeSpan? maxAge = reader.Has("maxAge")
            ? reader.Duration("maxAge", TimeSpan.FromDays(1), TimeSpan.FromHours(1), TimeSpan.FromDays(3650))
            : null;
        return new VulnerabilityCheck(maxAge, reader.Choice<FindingSeverity?>(
            "below", null, ("negligible", FindingSeverity.Negligible), ("low", FindingSeverity.Low), ("medium", FindingSeverity.Medium),
            ("high", FindingSeverity.High), ("critical", FindingSeverity.Critical)));
    }

    private static AttestationCheck ReadBillOfMaterials(YamlSection reader)
    {
        var formats = reader.TextItems("formats");
        foreach (var item in formats.Where(item => item.Text is not ("spdx" or "cyclonedx")))
        {
            item.Fault($"'{item.Text}' is not known; write spdx or cyclonedx");
        }

        var (spdx, cycloneDx) = (formats.Any(item => item.Text == "spdx"), formats.Any(item => item.Text == "cyclonedx"));
        return spdx || cycloneDx ? new BillOfMaterialsCheck(spdx, cycloneDx) : new BillOfMaterialsCheck(spdx: true, cycloneDx: true);
    }

    private static AttestationCheck ReadPredicate(YamlSection reader) => new CustomCheck(reader.Text("type", "https://example.com/approval/v1"));
}
