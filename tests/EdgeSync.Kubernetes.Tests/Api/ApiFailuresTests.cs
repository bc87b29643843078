using System.Net;
using System.Text;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Kubernetes.Tests.Api;

public sealed class ApiFailuresTests
{
    [Theory]
    [InlineData(500, """{"message": "failed to create typed patch object: .spec.x: field not declared in schema"}""", "ClusterError", Disposition.Transient)]
    [InlineData(500, """{"message": "etcdserver: request is too large"}""", "ClusterError", Disposition.Transient)]
    [InlineData(500, """{"message": "etcdserver: leader changed"}""", "ClusterError", Disposition.Transient)]
    [InlineData(503, "", "ClusterError", Disposition.Transient)]
    [InlineData(401, """{"reason": "Unauthorized"}""", "ClusterUnauthorized", Disposition.Stalled)]
    [InlineData(403, """{"reason": "Forbidden", "details": {"causes": [{"reason": "NamespaceTerminating"}]}}""", "NamespaceTerminating", Disposition.Transient)]
    [InlineData(403, """{"reason": "Forbidden"}""", "ClusterForbidden", Disposition.Stalled)]
    [InlineData(403, """{"reason": "Forbidden", "message": "pods \"a\" is forbidden: User \"agent\" cannot patch resource \"pods\""}""", "ClusterForbidden", Disposition.Stalled)]
    [InlineData(403, """{"reason": "Forbidden", "message": "pods \"a\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2"}""", "QuotaExceeded", Disposition.Stalled)]
    [InlineData(403, """{"reason": "Forbidden", "message": "pods \"a\" is forbidden: failed quota: q: must specify limits.cpu"}""", "QuotaExceeded", Disposition.Stalled)]
    [InlineData(403, """{"reason": "Forbidden", "message": "pods \"a\" is forbidden: violates PodSecurity \"restricted:latest\": privileged"}""", "AdmissionDenied", Disposition.Stalled)]
    [InlineData(403, """{"reason": "Forbidden", "message": "pods \"a\" is forbidden: maximum cpu usage per Container is 1, but limit is 2"}""", "AdmissionDenied", Disposition.Stalled)]
    [InlineData(403, """{"reason": "Forbidden", "message": "admission webhook \"p.example.com\" denied the request: no"}""", "AdmissionDenied", Disposition.Stalled)]
    [InlineData(400, """{"message": "admission webhook \"p.example.com\" denied the request: exceeded quota: of taste"}""", "AdmissionDenied", Disposition.Stalled)]
    [InlineData(500, """{"reason": "InternalError", "message": "Internal error occurred: failed calling webhook \"p.example.com\": Post \"https://p.svc:443/\": connection refused"}""", "AdmissionUnavailable", Disposition.Transient)]
    [InlineData(500, """{"message": "conversion webhook for example.com/v1, Kind=Lamp failed: Post \"https://c.svc\": EOF"}""", "AdmissionUnavailable", Disposition.Transient)]
    [InlineData(404, "404 page not found", "ClusterError", Disposition.Transient)]
    [InlineData(404, "<html>not here</html>", "ClusterError", Disposition.Transient)]
    [InlineData(404, """{"reason": "NotFound", "message": "the server could not find the requested resource", "details": {}}""", "KindUnknown", Disposition.Stalled)]
    [InlineData(404, """{"reason": "NotFound", "details": {"name": "shop", "kind": "namespaces"}}""", "NamespaceMissing", Disposition.Stalled)]
    [InlineData(404, """{"reason": "NotFound", "details": {"name": "a", "kind": "configmaps"}}""", "ObjectMissing", Disposition.Stalled)]
    [InlineData(409, """{"reason": "Conflict", "details": {"causes": [{"reason": "FieldManagerConflict", "field": ".data.x"}]}}""", "FieldConflict", Disposition.Stalled)]
    [InlineData(409, """{"reason": "Conflict"}""", "ObjectConflict", Disposition.Transient)]
    [InlineData(410, """{"reason": "Expired"}""", "ResourceExpired", Disposition.Transient)]
    [InlineData(413, "", "ObjectTooLarge", Disposition.Stalled)]
    [InlineData(422, """{"reason": "Invalid"}""", "ObjectInvalid", Disposition.Stalled)]
    [InlineData(422, """{"reason": "Invalid", "details": {"causes": [{"field": "spec", "message": "field is immutable"}]}}""", "ObjectInvalid", Disposition.Stalled)]
    [InlineData(400, """{"reason": "BadRequest"}""", "ObjectInvalid", Disposition.Stalled)]
    [InlineData(429, """{"details": {"retryAfterSeconds": 7}}""", "ClusterBusy", Disposition.Waiting)]
    [InlineData(400, "{broken", "ObjectInvalid", Disposition.Stalled)]
    public void FromResponse_Refusal_SaysWhatItIsAndWhetherToTryAgain(int status, string body, string reason, Disposition disposition)
    {
        var failure = ApiFailures.FromResponse("ConfigMap shop/a", (HttpStatusCode)status, null, Encoding.UTF8.GetBytes(body));

        Assert.Equal((reason, disposition), (failure.Reason, failure.Disposition));
        Assert.Equal(status == 429 ? TimeSpan.FromSeconds(7) : null, failure.RetryAfter);
    }

    [Theory]
    [InlineData("pods \"web-1\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2", "QuotaExceeded")]
    [InlineData("Internal error occurred: failed calling webhook \"p.example.com\": failed to call webhook: Post \"https://p.svc\": no endpoints available", "AdmissionUnavailable")]
    [InlineData("pods \"web-1\" is forbidden: User \"system:serviceaccount:kube-system:replicaset-controller\" cannot create resource \"pods\"", "ClusterForbidden")]
    [InlineData("etcdserver: request timed out", "ClusterError")]
    [InlineData("pods \"web-1\" is forbidden: violates PodSecurity \"restricted:latest\": privileged", null)]
    [InlineData("admission webhook \"p.example.com\" denied the request: no", null)]
    [InlineData("Pod \"web-1\" is invalid: spec.containers[0].image: Required value", null)]
    public void FindSiteReason_WordsOfAController_TellSiteFromBundle(string words, string? reason) => Assert.Equal(reason, ApiFailures.FindSiteReason(words));
}
