// Command apiserver judges documents with the API server's own code, without
// an API server.
//
//	apiserver SCHEMAS FILE...
//
// It writes one line of JSON for each file: {"file": …, "said": […]}, with an
// empty text for each document that is taken and the reason for each that is
// refused. SCHEMAS is a folder <group>/<kind>_<version>.json of JSON Schemas.
//
// A custom resource goes through what a custom resource goes through when it
// is created with strict field validation: reading, unknown fields, nulls,
// defaults, metadata, schema, embedded resources, lists, CEL. A kind of
// Kubernetes' own is decoded strictly into its Go type and its metadata is
// checked; the rules that the API server has for it in code are not in any
// library, so that what is taken here is not always taken there.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	metavalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/api/validation/path"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	serializer "k8s.io/apimachinery/pkg/runtime/serializer/json"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"
)

// resource is what the API server keeps of one version of a custom resource.
type resource struct {
	structural *structuralschema.Structural
	validator  validation.SchemaValidator
	rules      *cel.Validator
}

// server is what is known of kinds.
type server struct {
	schemas   string
	scheme    *runtime.Scheme
	resources map[schema.GroupVersionKind]*resource
}

func newServer(schemas string) (*server, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		admissionv1.AddToScheme, appsv1.AddToScheme, autoscalingv2.AddToScheme, batchv1.AddToScheme,
		corev1.AddToScheme, networkingv1.AddToScheme, policyv1.AddToScheme, rbacv1.AddToScheme,
		storagev1.AddToScheme, apiextensionsv1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			return nil, err
		}
	}
	return &server{schemas: schemas, scheme: scheme, resources: map[schema.GroupVersionKind]*resource{}}, nil
}

// judge returns nil for a document that is taken, and the reason otherwise.
func (s *server) judge(document []byte) error {
	asJSON, err := yaml.YAMLToJSONStrict(document)
	if err != nil {
		return err
	}
	var body map[string]any
	if err := utiljson.Unmarshal(asJSON, &body); err != nil {
		return err
	}
	if body == nil {
		return nil // a document of nothing is nothing to apply
	}
	object := &unstructured.Unstructured{Object: body}
	kind, err := kindOf(body)
	if err != nil {
		return err
	}
	if items, ok := body["items"].([]any); ok && strings.HasSuffix(kind.Kind, "List") {
		return s.judgeEach(items) // clients send what is in it, one by one
	}
	if s.scheme.IsVersionRegistered(kind.GroupVersion()) {
		return s.judgeNative(document, kind)
	}
	known, err := s.resource(kind)
	if err != nil {
		return err
	}
	return known.judge(object)
}

func (s *server) judgeEach(items []any) error {
	var reasons []error
	for _, item := range items {
		text, err := json.Marshal(item)
		if err != nil {
			return err
		}
		reasons = append(reasons, s.judge(text))
	}
	return errors.Join(reasons...)
}

func kindOf(body map[string]any) (schema.GroupVersionKind, error) {
	apiVersion, _ := body["apiVersion"].(string)
	kind, _ := body["kind"].(string)
	if apiVersion == "" || kind == "" {
		return schema.GroupVersionKind{}, errors.New("no apiVersion or no kind")
	}
	group, err := schema.ParseGroupVersion(apiVersion)
	return group.WithKind(kind), err
}

func (s *server) judgeNative(document []byte, kind schema.GroupVersionKind) error {
	options := serializer.SerializerOptions{Yaml: true, Strict: true}
	decoder := serializer.NewSerializerWithOptions(serializer.DefaultMetaFactory, s.scheme, s.scheme, options)
	object, _, err := decoder.Decode(document, nil, nil)
	if err != nil {
		return err
	}
	accessor, ok := object.(metav1.Object)
	if !ok {
		return fmt.Errorf("%s has no metadata", kind.Kind)
	}
	name := metavalidation.NameIsDNSSubdomain
	if kind.Group == rbacv1.GroupName {
		name = path.ValidatePathSegmentName
	}
	return judgeMetadata(accessor, name)
}

// judgeMetadata checks metadata as on creation: a name that is generated is there by then.
func judgeMetadata(object metav1.Object, name metavalidation.ValidateNameFunc) error {
	if object.GetName() == "" && object.GetGenerateName() != "" {
		prefix := object.GetGenerateName()
		object.SetName(prefix[:min(len(prefix), 58)] + "x7z9b")
	}
	scoped := object.GetNamespace() != ""
	return metavalidation.ValidateObjectMetaAccessor(object, scoped, name, field.NewPath("metadata")).ToAggregate()
}

func (r *resource) judge(object *unstructured.Unstructured) error {
	tracked := structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}
	unknown := pruning.PruneWithOptions(object.Object, r.structural, true, tracked)
	defaulting.PruneNonNullableNullsWithoutDefaults(object.Object, r.structural)
	_, _, inMetadata, err := objectmeta.GetObjectMetaWithOptions(
		object.Object, objectmeta.ObjectMetaOptions{ReturnUnknownFieldPaths: true})
	if err != nil {
		return err
	}
	malformed, inEmbedded := objectmeta.CoerceWithOptions(
		nil, object.Object, r.structural, false, objectmeta.CoerceOptions{ReturnUnknownFieldPaths: true})
	if malformed != nil {
		return malformed
	}
	if unknown = append(append(unknown, inMetadata...), inEmbedded...); len(unknown) > 0 {
		return fmt.Errorf("unknown fields: %s", strings.Join(unknown, ", "))
	}
	defaulting.Default(object.Object, r.structural)
	if err := judgeMetadata(object, metavalidation.NameIsDNSSubdomain); err != nil {
		return err
	}
	errs := validation.ValidateCustomResource(nil, object.Object, r.validator)
	errs = append(errs, objectmeta.Validate(nil, object.Object, r.structural, false)...)
	errs = append(errs, listtype.ValidateListSetsAndMaps(nil, r.structural, object.Object)...)
	if len(errs) == 0 && r.rules != nil {
		errs, _ = r.rules.Validate(context.Background(), nil, r.structural, object.Object, nil, math.MaxInt64)
	}
	return errs.ToAggregate()
}

// resource returns what the folder of schemas has for a kind.
func (s *server) resource(kind schema.GroupVersionKind) (*resource, error) {
	if known, ok := s.resources[kind]; ok {
		return known, nil
	}
	name := strings.ToLower(kind.Kind) + "_" + kind.Version + ".json"
	text, err := os.ReadFile(filepath.Join(s.schemas, kind.Group, name))
	if err != nil {
		return nil, fmt.Errorf("no matches for kind %q in version %q", kind.Kind, kind.GroupVersion())
	}
	known, err := newResource(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	s.resources[kind] = known
	return known, nil
}

func newResource(text []byte) (*resource, error) {
	var raw map[string]any
	if err := json.Unmarshal(text, &raw); err != nil {
		return nil, err
	}
	delete(raw, "$schema")
	text, err := json.Marshal(asInDefinition(raw))
	if err != nil {
		return nil, err
	}
	var versioned apiextensionsv1.JSONSchemaProps
	if err := json.Unmarshal(text, &versioned); err != nil {
		return nil, err
	}
	var props apiextensions.JSONSchemaProps
	err = apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(&versioned, &props, nil)
	if err != nil {
		return nil, err
	}
	structural, err := structuralschema.NewStructural(&props)
	if err != nil {
		return nil, err
	}
	validator, _, err := validation.NewSchemaValidator(&props)
	if err != nil {
		return nil, err
	}
	return &resource{structural, validator, cel.NewValidator(structural, true, math.MaxUint64)}, nil
}

// asInDefinition takes out what catalogues add to the schema of a definition: objects closed by
// additionalProperties, which a definition does not have, for the API server closes them itself.
func asInDefinition(node any) any {
	switch node := node.(type) {
	case map[string]any:
		if node["additionalProperties"] == false {
			delete(node, "additionalProperties")
		}
		for _, value := range node {
			asInDefinition(value)
		}
	case []any:
		for _, value := range node {
			asInDefinition(value)
		}
	}
	return node
}

// documents splits a file as kubectl does: at lines that begin with three dashes.
func documents(text []byte) [][]byte {
	var found [][]byte
	for _, part := range bytes.Split(append([]byte("\n"), text...), []byte("\n---")) {
		if _, rest, ok := bytes.Cut(part, []byte("\n")); ok && !isEmpty(rest) {
			found = append(found, rest)
		}
	}
	return found
}

func isEmpty(document []byte) bool {
	for _, line := range bytes.Split(document, []byte("\n")) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return false
		}
	}
	return true
}

func main() {
	known, err := newServer(os.Args[1])
	if err != nil {
		panic(err)
	}
	out := json.NewEncoder(os.Stdout)
	for _, file := range os.Args[2:] {
		text, err := os.ReadFile(file)
		if err != nil {
			panic(err)
		}
		said := []string{}
		for _, document := range documents(text) {
			reason := ""
			if err := known.judge(document); err != nil {
				reason = err.Error()
			}
			said = append(said, reason)
		}
		if err := out.Encode(map[string]any{"file": file, "said": said}); err != nil {
			panic(err)
		}
	}
}
