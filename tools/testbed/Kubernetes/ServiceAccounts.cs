using k8s;
using k8s.KubeConfigModels;
using k8s.Models;

namespace EdgeSync.Testbed.Kubernetes;

/// <summary>Kubeconfigs for users other than the administrator.</summary>
internal static class ServiceAccounts
{
    /// <summary>A token of a service account, good for an hour; no controller needs to run for it.</summary>
    public static async Task<string> RequestTokenAsync(ClusterApi api, string @namespace, string name, CancellationToken cancellationToken)
    {
        var request = new Authenticationv1TokenRequest { Spec = new V1TokenRequestSpec { Audiences = [], ExpirationSeconds = 3600 } };
        return (await api.Client.CoreV1.CreateNamespacedServiceAccountTokenAsync(request, name, @namespace, cancellationToken: cancellationToken)).Status.Token;
    }

    /// <summary>Writes a kubeconfig for the cluster of another one, with a token in place of the other one's credentials.</summary>
    public static async Task WriteAsync(string path, string administrator, string token)
    {
        var config = await KubernetesClientConfiguration.LoadKubeConfigAsync(administrator);
        foreach (var user in config.Users)
        {
            user.UserCredentials = new UserCredentials { Token = token };
        }

        await File.WriteAllTextAsync(path, KubernetesYaml.Serialize(config));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
