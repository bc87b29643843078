using System.Text.Json.Serialization;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Checks;
using EdgeSync.Contracts.Enrolment;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Contracts.Plans;
using EdgeSync.Contracts.Releases;
using EdgeSync.Contracts.Trust;

namespace EdgeSync.Contracts;

/// <summary>The JSON of the messages between sites and HQ: camel case, nulls left out, unknown members skipped.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(UtcTimeJsonConverter)])]
[JsonSerializable(typeof(ReleaseRecord))]
[JsonSerializable(typeof(Acknowledgement))]
[JsonSerializable(typeof(SiteStatus))]
[JsonSerializable(typeof(PlanDocument))]
[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(PreflightReport))]
[JsonSerializable(typeof(CloudEvent<Presence>))]
[JsonSerializable(typeof(CloudEvent<SiteStatus>))]
[JsonSerializable(typeof(CloudEvent<Confirmation>))]
[JsonSerializable(typeof(CloudEvent<SiteCommand>))]
[JsonSerializable(typeof(EnrolmentRequest))]
[JsonSerializable(typeof(EnrolmentResponse))]
[JsonSerializable(typeof(TrustRootRecord))]
[JsonSerializable(typeof(RevocationRecord))]
[JsonSerializable(typeof(RenewalChallengeRequest))]
[JsonSerializable(typeof(RenewalChallenge))]
[JsonSerializable(typeof(RenewalRequest))]
public sealed partial class ContractsJsonContext : JsonSerializerContext;
