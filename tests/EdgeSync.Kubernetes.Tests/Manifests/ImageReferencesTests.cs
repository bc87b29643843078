using System.Text;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Yaml;

namespace EdgeSync.Kubernetes.Tests.Manifests;

public sealed class ImageReferencesTests
{
    [Theory]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{image: x}], initContainers: [{image: w}], ephemeralContainers: [{image: z}]}", "x w z")]
    [InlineData("apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: main, image: x}, {image: w}]}}}", "x w")]
    [InlineData("apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: {jobTemplate: {spec: {template: {spec: {containers: [{image: x}]}}}}}", "x")]
    [InlineData("apiVersion: v1\nkind: PodTemplate\nmetadata: {name: a}\ntemplate: {spec: {containers: [{image: x}]}}", "x")]
    [InlineData("apiVersion: argoproj.io/v1\nkind: Rollout\nmetadata: {name: a}\nspec: {canary: {pod: {spec: {containers: [{name: main, image: x}]}}}}", "x")]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: m, image: {reference: x}}, {name: e, emptyDir: {}}]}", "x")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {containers: \"image: x\"}", "")]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: n}, {image: 5}, hello]}", "")]
    public void Find_Object_GivesItsImages(string yaml, string expected)
    {
        var uses = ImageReferences.Find(ManifestReader.Read(Encoding.UTF8.GetBytes(yaml), "a.yaml")[0]);

        Assert.Equal(expected, string.Join(' ', uses.Select(use => use.Image)));
        Assert.All(uses, use => Assert.Equal(4, use.Position!.Value.Line));
    }

    [Theory]
    [InlineData("monitoring.coreos.com/v1", "Prometheus", "{image: x, containers: [{name: reloader, image: w}, {name: patched}], thanos: {image: z}}", "x w z")]
    [InlineData("monitoring.coreos.com/v1alpha1", "PrometheusAgent", "{image: x}", "x")]
    [InlineData("monitoring.coreos.com/v1", "ThanosRuler", "{image: x}", "x")]
    [InlineData("argoproj.io/v1alpha1", "Rollout", "{template: {spec: {initContainers: [{image: w}], containers: [{image: x}]}}}", "w x")]
    [InlineData("argoproj.io/v1alpha1", "WorkflowTemplate", "{templates: [{container: {image: x}}, {script: {image: w}}, {containerSet: {containers: [{name: c, image: z}]}}, {container: {image: '{{inputs.parameters.image}}'}}]}", "x w z")]
    [InlineData("argoproj.io/v1alpha1", "Workflow", "{templates: [{steps: [[{name: s, inline: {container: {image: x}}}]]}, {dag: {tasks: [{inline: {script: {image: w}}}]}}]}", "x w")]
    [InlineData("argoproj.io/v1alpha1", "CronWorkflow", "{workflowSpec: {templates: [{initContainers: [{name: i, image: x}], sidecars: [{name: s, image: w}]}]}}", "x w")]
    [InlineData("serving.knative.dev/v1", "Service", "{template: {spec: {containers: [{image: x}]}}}", "x")]
    [InlineData("postgresql.cnpg.io/v1", "Cluster", "{imageName: x}", "x")]
    [InlineData("tekton.dev/v1", "Task", "{stepTemplate: {image: z}, steps: [{image: x}, {image: $(params.image)}], sidecars: [{image: w}]}", "x z w")]
    [InlineData("tekton.dev/v1beta1", "Pipeline", "{tasks: [{taskSpec: {steps: [{image: x}]}}], finally: [{taskSpec: {steps: [{image: w}]}}]}", "x w")]
    [InlineData("tekton.dev/v1", "PipelineRun", "{pipelineSpec: {tasks: [{taskSpec: {steps: [{image: x}]}}]}}", "x")]
    [InlineData("keda.sh/v1alpha1", "ScaledJob", "{jobTargetRef: {template: {spec: {containers: [{image: x}]}}}}", "x")]
    [InlineData("kafka.strimzi.io/v1beta2", "Kafka", "{kafka: {image: x}, entityOperator: {topicOperator: {image: w}}}", "x w")]
    [InlineData("elasticsearch.k8s.elastic.co/v1", "Elasticsearch", "{image: x, nodeSets: [{podTemplate: {spec: {initContainers: [{name: i, image: w}], containers: [{name: elasticsearch}]}}}]}", "x w")]
    [InlineData("opentelemetry.io/v1alpha1", "Instrumentation", "{java: {image: x}, nodejs: {image: w}}", "x w")]
    [InlineData("triggers.tekton.dev/v1beta1", "TriggerTemplate", "{resourcetemplates: [{apiVersion: tekton.dev/v1, kind: TaskRun, spec: {taskSpec: {steps: [{image: x}]}}}]}", "x")]
    [InlineData("apiextensions.crossplane.io/v1", "Composition", "{resources: [{base: {apiVersion: apps/v1, kind: Deployment, spec: {template: {spec: {containers: [{image: x}]}}}}}]}", "x")]
    [InlineData("example.com/v1", "Shop", "{pods: {spec: {containers: [{name: a, image: 'registry.example/a:1'}, {name: b}], volumes: [{image: {reference: v}}]}}}", "registry.example/a:1 v")]
    [InlineData("example.com/v1", "Shop", "{spec: {containers: [{image: x}]}}", "")]
    [InlineData("example.com/v1", "Shop", "{spec: {containers: [{name: a, image: '*:*'}]}}", "")]
    [InlineData("example.com/v1", "Shop", "{spec: {containers: [{name: a, image: x}, {name: '*', image: w}]}}", "")]
    [InlineData("example.com/v1", "Shop", "{spec: {containers: [{name: a, image: '${IMAGE}'}]}}", "")]
    [InlineData("example.com/v1", "Shop", "{spec: {containers: [{name: a, image: '{{args.image}}'}]}}", "")]
    [InlineData("example.com/v1", "Shop", "{spec: {containers: text}}", "")]
    [InlineData("kyverno.io/v1", "ClusterPolicy", "{rules: [{validate: {pattern: {spec: {containers: [{name: a, image: x}]}}}}]}", "")]
    [InlineData("constraints.gatekeeper.sh/v1beta1", "AllowedRepos", "{parameters: {spec: {containers: [{name: a, image: x}]}}}", "")]
    public void Find_CustomResource_GivesTheImagesThatAreCertain(string apiVersion, string kind, string spec, string expected)
    {
        var yaml = $"apiVersion: {apiVersion}\nkind: {kind}\nmetadata: {{name: a}}\nspec: {spec}\n";

        var uses = ImageReferences.Find(ManifestReader.Read(Encoding.UTF8.GetBytes(yaml), "a.yaml")[0]);

        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(), uses.Select(use => use.Image).Order());
        Assert.Equal(uses.Count, uses.Select(use => use.Path).Distinct().Count());
    }

    [Fact]
    public void Find_Image_SaysWhereItStands()
    {
        var yaml = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: n\n    image: x\n";

        var use = Assert.Single(ImageReferences.Find(ManifestReader.Read(Encoding.UTF8.GetBytes(yaml), "a.yaml")[0]));

        Assert.Equal(new ImageUse("x", "/spec/containers/0/image", new TextPosition(7, 12)), use);
    }
}
