{{- define "switchyard.name" -}}
{{ contains .Chart.Name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name .Chart.Name) | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- /* The name of a part: (list $ "trainer"). */ -}}
{{- define "switchyard.part" -}}
{{ include "switchyard.name" (index . 0) }}-{{ index . 1 }}
{{- end }}

{{- define "switchyard.selector" -}}
app.kubernetes.io/name: {{ (index . 0).Chart.Name }}
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "switchyard.labels" -}}
{{ include "switchyard.selector" . }}
app.kubernetes.io/version: {{ (index . 0).Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ (index . 0).Release.Service }}
helm.sh/chart: {{ printf "%s-%s" (index . 0).Chart.Name (index . 0).Chart.Version }}
{{- end }}

{{- define "switchyard.metadata" -}}
name: {{ include "switchyard.part" . }}
namespace: {{ (index . 0).Release.Namespace }}
labels:
  {{- include "switchyard.labels" . | nindent 2 }}
{{- end }}

{{- define "switchyard.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "switchyard.storesSecret" -}}
{{ .Values.stores.existingSecret | default (include "switchyard.part" (list . "settings")) }}
{{- end }}

{{- define "switchyard.databaseUrl" -}}
{{- if .Values.stores.databaseUrl }}{{ .Values.stores.databaseUrl }}
{{- else if .Values.postgres.enabled }}{{ include "switchyard.trialDatabaseUrl" (list . "switchyard" .Values.postgres.password) }}
{{- end }}
{{- end }}

{{- /* (list $ user password) */ -}}
{{- define "switchyard.trialDatabaseUrl" -}}
{{- $ := index . 0 -}}
postgres://{{ index . 1 }}:{{ index . 2 | urlquery | replace "+" "%20" }}@{{ include "switchyard.part" (list $ "postgres") }}.{{ $.Release.Namespace }}.svc:5432/switchyard
{{- end }}

{{- /* The role of the Postgres for trying out that engines have; with a Postgres of the user's own, what he says. */ -}}
{{- define "switchyard.routerRole" -}}
{{- if .Values.stores.databaseUrl }}{{ .Values.stores.routerRole }}
{{- else if .Values.postgres.enabled }}switchyard_router
{{- end }}
{{- end }}

{{- define "switchyard.routerPassword" -}}
{{- if .Values.stores.databaseUrl }}{{ .Values.stores.routerPassword }}
{{- else if .Values.postgres.enabled }}{{ .Values.postgres.routerPassword }}
{{- end }}
{{- end }}

{{- define "switchyard.routerDatabaseUrl" -}}
{{- if .Values.stores.routerDatabaseUrl }}{{ .Values.stores.routerDatabaseUrl }}
{{- else if .Values.stores.databaseUrl }}
{{- else if .Values.postgres.enabled }}{{ include "switchyard.trialDatabaseUrl" (list . "switchyard_router" .Values.postgres.routerPassword) }}
{{- end }}
{{- end }}

{{- define "switchyard.redisUrl" -}}
{{- if .Values.stores.redisUrl }}{{ .Values.stores.redisUrl }}
{{- else if .Values.redis.enabled }}redis://{{ include "switchyard.part" (list . "redis") }}.{{ .Release.Namespace }}.svc:6379
{{- end }}
{{- end }}

{{- define "switchyard.hasStores" -}}
{{- if or .Values.stores.existingSecret (and (include "switchyard.databaseUrl" .) (include "switchyard.redisUrl" .)) }}yes{{ end }}
{{- end }}

{{- /* Of the Secret with the certificate and of both configurations, which are the cluster's. */ -}}
{{- define "switchyard.webhooks" -}}
{{ include "switchyard.part" (list . "webhooks") }}-{{ .Release.Namespace | trunc 20 | trimSuffix "-" }}
{{- end }}

{{- define "switchyard.webhooksHost" -}}
{{ include "switchyard.part" (list . "webhooks") }}.{{ .Release.Namespace }}.svc
{{- end }}

{{- define "switchyard.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{- define "switchyard.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "switchyard.scheduling" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- /* One container of Switchyard: (list $ name args), and mounts where it has more than /tmp. */ -}}
{{- define "switchyard.container" -}}
{{- $ := index . 0 -}}
name: {{ index . 1 }}
image: {{ include "switchyard.image" $ | quote }}
imagePullPolicy: {{ $.Values.image.pullPolicy }}
args: {{ index . 2 | toJson }}
{{- if include "switchyard.hasStores" $ }}
envFrom:
  - secretRef:
      name: {{ include "switchyard.storesSecret" $ }}
{{- end }}
securityContext:
  {{- include "switchyard.containerSecurity" $ | nindent 2 }}
volumeMounts:
  - name: scratch
    mountPath: /tmp
  {{- if gt (len .) 3 }}
  {{- with index . 3 }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- end }}
{{- end }}

{{- /* The arguments of `switchyard migrate` with a wait, as JSON: (list $ "--check"). */ -}}
{{- define "switchyard.migrate" -}}
{{- $ := index . 0 -}}
{{ concat (list "migrate") (rest .) (list "--wait" (toString $.Values.migrations.waitSeconds)) | toJson }}
{{- end }}

{{- /* A role's Deployment: (dict "root" $ "role" "trainer" "args" (list "trainer") "port" 8081 "env" (list)), and "ports", "lifecycle", "mounts", "volumes" where it has more. */ -}}
{{- define "switchyard.deployment" -}}
{{- $ := .root -}}
{{- $values := index $.Values .role -}}
{{- $part := list $ .role -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "switchyard.metadata" $part | nindent 2 }}
spec:
  replicas: {{ $values.replicas }}
  selector:
    matchLabels:
      {{- include "switchyard.selector" $part | nindent 6 }}
  strategy:
    type: RollingUpdate
    rollingUpdate: { maxSurge: 1, maxUnavailable: 0 }
  template:
    metadata:
      labels:
        {{- include "switchyard.labels" $part | nindent 8 }}
      annotations:
        checksum/settings: {{ include (print $.Template.BasePath "/settings.yaml") $ | sha256sum }}
        {{- with $.Values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      {{- if eq .role "operator" }}
      serviceAccountName: {{ include "switchyard.part" $part }}
      {{- else }}
      automountServiceAccountToken: false
      {{- end }}
      securityContext:
        {{- include "switchyard.podSecurity" 65532 | nindent 8 }}
      {{- with include "switchyard.scheduling" $ | trim }}
      {{- . | nindent 6 }}
      {{- end }}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "switchyard.selector" $part | nindent 14 }}
      {{- if include "switchyard.hasStores" $ }}
      # Until the Job has brought the tables up to date, no pod of the new version starts; the old ones go on.
      initContainers:
        - {{- include "switchyard.container" (list $ "migrated" (include "switchyard.migrate" (list $ "--check") | fromJsonArray)) | nindent 10 }}
          resources:
            {{- toYaml $.Values.migrations.resources | nindent 12 }}
      {{- end }}
      containers:
        - {{- include "switchyard.container" (list $ .role .args .mounts) | nindent 10 }}
          {{- with .env }}
          env:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          ports:
            - { name: {{ .portName }}, containerPort: {{ .port }} }
            {{- with .ports }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
          {{- with .lifecycle }}
          lifecycle:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          startupProbe:
            httpGet: { path: /live, port: {{ .portName }} }
            periodSeconds: 1
            failureThreshold: 120
          readinessProbe:
            httpGet: { path: /ready, port: {{ .portName }} }
            periodSeconds: 5
            timeoutSeconds: 5
          livenessProbe:
            httpGet: { path: /live, port: {{ .portName }} }
            periodSeconds: 10
            timeoutSeconds: 10
            failureThreshold: 6
          resources:
            {{- toYaml $values.resources | nindent 12 }}
      volumes:
        - name: scratch
          emptyDir: {}
        {{- with .volumes }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
{{- if $.Values.podDisruptionBudgets }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "switchyard.metadata" $part | nindent 2 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      {{- include "switchyard.selector" $part | nindent 6 }}
{{- end }}
{{- end }}

{{- /* A single server with a volume: (dict "root" $ "role" "redis" "port" 6379 "mount" "/data" "container" (dict ...)). */ -}}
{{- define "switchyard.store" -}}
{{- $ := .root -}}
{{- $values := index $.Values .role -}}
{{- $part := list $ .role -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "switchyard.metadata" $part | nindent 2 }}
spec:
  selector:
    {{- include "switchyard.selector" $part | nindent 4 }}
  ports:
    - { name: {{ .role }}, port: {{ .port }}, targetPort: {{ .role }} }
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  {{- include "switchyard.metadata" $part | nindent 2 }}
spec:
  serviceName: {{ include "switchyard.part" $part }}
  replicas: 1
  selector:
    matchLabels:
      {{- include "switchyard.selector" $part | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "switchyard.labels" $part | nindent 8 }}
    spec:
      automountServiceAccountToken: false
      securityContext:
        {{- include "switchyard.podSecurity" $values.runAsUser | nindent 8 }}
      {{- with include "switchyard.scheduling" $ | trim }}
      {{- . | nindent 6 }}
      {{- end }}
      containers:
        - name: {{ .role }}
          image: {{ $values.image | quote }}
          imagePullPolicy: {{ $.Values.image.pullPolicy }}
          {{- toYaml .container | nindent 10 }}
          ports:
            - { name: {{ .role }}, containerPort: {{ .port }} }
          securityContext:
            {{- include "switchyard.containerSecurity" $ | nindent 12 }}
          resources:
            {{- toYaml $values.resources | nindent 12 }}
          volumeMounts:
            - { name: data, mountPath: {{ .mount }} }
            - { name: scratch, mountPath: /tmp }
            {{- with .sockets }}
            - { name: scratch, mountPath: {{ . }}, subPath: sockets }
            {{- end }}
      volumes:
        - name: scratch
          emptyDir: {}
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        {{- with $values.storageClassName }}
        storageClassName: {{ . }}
        {{- end }}
        resources:
          requests:
            storage: {{ $values.storage }}
{{- end }}
