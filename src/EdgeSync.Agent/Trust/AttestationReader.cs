using EdgeSync.Agent.Configuration;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Policies.Attestations;

namespace EdgeSync.Agent.Trust;

/// <summary><c>attestations</c> of a bundle rule.</summary>
internal sealed class AttestationReader(AuthorityList authorities, IReadOnlyList<TrustAuthority> signers)
{
    private const int MaxAttestations = 16;

    private static readonly string[] Kinds = ["provenance", "vulnerabilities", "sbom", "predicate"];

    public IReadOnlyList<AttestationRule> Read(SectionReader reader)
    {
        var rules = new List<AttestationRule>();
        var count = reader.Sections("attestations", section =>
        {
            if (ReadOne(section) is { } rule)
            {
                rules.Add(rule);
            }

            return 0;
        }).Count;
        reader.RefuseEmptyList("attestations");
        if (count > MaxAttestations)
        {
            reader.Fault("attestations", $"has {count}, more than {MaxAttestations}");
        }

        return rules;
    }

    private AttestationRule? ReadOne(SectionReader reader)
    {
        var given = Kinds.Where(reader.Has).ToList();
        if (given.Count != 1)
        {
            reader.Fault("", given.Count == 0 ? $"asks for nothing; write one of {string.Join(", ", Kinds)}" : $"asks for {string.Join(" and ", given)}; give each an entry of its own");
        }

        AttestationCheck? check = reader.OptionalSection("provenance", ReadProvenance);
        check = reader.OptionalSection("vulnerabilities", ReadVulnerabilities) ?? check;
        check = reader.OptionalSection("sbom", ReadBillOfMaterials) ?? check;
        check = reader.OptionalSection("predicate", ReadPredicate) ?? check;
        var signedBy = reader.Has("signedBy") ? authorities.Named(reader, "signedBy") : signers;
        var conditions = ConditionReader.Read(reader);
        return check is null || given.Count != 1 ? null : new AttestationRule(check, signedBy, conditions);
    }

    private static AttestationCheck ReadProvenance(SectionReader reader) =>
        new ProvenanceCheck(PatternText.ReadList(reader, "builders"), PatternText.ReadList(reader, "sources"));

    private static AttestationCheck ReadVulnerabilities(SectionReader reader)
    {
        TimeSpan? maxAge = reader.Has("maxAge")
            ? reader.Duration("maxAge", TimeSpan.FromDays(1), TimeSpan.FromHours(1), TimeSpan.FromDays(3650))
            : null;
        return new VulnerabilityCheck(maxAge, reader.Choice<FindingSeverity?>(
            "below", null, ("negligible", FindingSeverity.Negligible), ("low", FindingSeverity.Low), ("medium", FindingSeverity.Medium),
            ("high", FindingSeverity.High), ("critical", FindingSeverity.Critical)));
    }

    private static AttestationCheck ReadBillOfMaterials(SectionReader reader)
    {
        var (spdx, cycloneDx) = (false, false);
        foreach (var item in reader.TextItems("formats"))
        {
            switch (item.Text)
            {
                case "spdx":
                    spdx = true;
                    break;
                case "cyclonedx":
                    cycloneDx = true;
                    break;
                default:
                    item.Fault($"'{item.Text}' is not known; write spdx or cyclonedx");
                    break;
            }
        }

        return spdx || cycloneDx ? new BillOfMaterialsCheck(spdx, cycloneDx) : new BillOfMaterialsCheck(spdx: true, cycloneDx: true);
    }

    private static AttestationCheck ReadPredicate(SectionReader reader) => new CustomCheck(reader.Text("type", "https://example.com/approval/v1"));
}
