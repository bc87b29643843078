using EdgeSync.Testbed.Kubernetes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EdgeSync.EndToEnd.Tests.Harness;

/// <summary>A proxy in front of the real API server that answers some requests itself, as an API server in trouble does.</summary>
internal sealed class ScriptedApiServer : IAsyncDisposable
{
    private readonly KubernetesNode _node;
    private readonly WebApplication _app;

    private ScriptedApiServer(KubernetesNode node, WebApplication app)
    {
        _node = node;
        _app = app;
    }

    /// <summary>The answer to a request by method and path with query, or null where the API server answers.</summary>
    public Func<string, string, (int Status, string Body)?> Script { get; set; } = (_, _) => null;

    public static async Task<ScriptedApiServer> StartAsync(KubernetesNode node)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new ScriptedApiServer(node, builder.Build());
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>A kubeconfig for this proxy.</summary>
    public async Task<string> WriteKubeconfigAsync(string path)
    {
        await File.WriteAllTextAsync(path, $$$"""
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "{{{_app.Urls.First()}}}"}}]
            users: [{name: u, user: {token: none}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            """);
        return path;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path + context.Request.QueryString.ToString();
        if (Script(context.Request.Method, path) is var (status, body))
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(body);
            return;
        }

        var api = (k8s.Kubernetes)_node.Api;
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(api.BaseUri, path));
        request.Headers.TryAddWithoutValidation("Accept", context.Request.Headers.Accept.ToString());
        if (context.Request.ContentType is { } type)
        {
            using var content = new MemoryStream();
            await context.Request.Body.CopyToAsync(content, context.RequestAborted);
            request.Content = new ByteArrayContent(content.ToArray());
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        if (api.Credentials is { } credentials)
        {
            await credentials.ProcessHttpRequestAsync(request, context.RequestAborted);
        }

        using var answer = await api.HttpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await context.Response.StartAsync(context.RequestAborted);
        await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
