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
    [InlineData(404, "404 page not found", "KindUnknown", Disposition.Stalled)]
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
    public void FromResponse_Refusal_SaysWhetherToTryAgain(int status, string body, string reason, Disposition disposition)
    {
        var failure = ApiFailures.FromResponse("ConfigMap shop/a", (HttpStatusCode)status, null, Encoding.UTF8.GetBytes(body));

        Assert.Equal((reason, disposition), (failure.Reason, failure.Disposition));
        Assert.Equal(status == 429 ? TimeSpan.FromSeconds(7) : null, failure.RetryAfter);
    }
}
